"""The model commands of `cerca`: train one, score one, check one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recognizer.data_options import Data

if TYPE_CHECKING:
    from recognizer.datasets import Dataset
    from recognizer.describe import Contents
    from recognizer.evaluate import Score

ROOT = Path(__file__).parent.parent
DEFAULT_BUNDLE = ROOT / "models" / "default"
MOST_COLUMNS = 8
"""Signers whose clips are counted apart, as many as fit beside each other."""


def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the bundle to write; an older bundle is replaced.")],
    recipe: Annotated[Literal["cerca", "published"], typer.Option(help="Ours, or SPOTER as published.")] = "cerca",
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the training sequences.")] = None,
    learning_rate: Annotated[float | None, typer.Option(min=1e-6, max=1, help="Ours: peak of the schedule.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same settings, same model.")] = 0,
    signers: Annotated[bool, typer.Option(help="Train once more a signer, to score signers never seen.")] = True,
    licence: Annotated[str | None, typer.Option(help="Licence of the data, for the manifest.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Also keep the float weights here, after every epoch.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Start from the weights that --weights kept.")] = None,
) -> None:
    """Train SPOTER and write a model bundle. What is not given is as the recipe has it.

    Exit codes: 0 written; 2 nothing written, one sentence says why; 130 interrupted, nothing written.
    """
    with one_sentence():
        from rich.progress import Progress

        from recognizer import build
        from recognizer.recipes import RECIPES

        chosen = RECIPES[recipe]
        given = {"epochs": epochs, "learning_rate": learning_rate, "seed": seed}
        settings = chosen.settings(**{name: value for name, value in given.items() if value is not None})
        progress = Progress(transient=True)
        written = build.build(
            data,
            out,
            settings,
            progress=progress,
            recipe=chosen,
            signers=signers,
            licence=licence,
            weights_path=weights,
            resume=resume,
        )
        _print_bundle(written)


def evaluate(
    data: Data,
    bundle: Annotated[Path, typer.Option(help="The bundle to score.")] = DEFAULT_BUNDLE,
    file: Annotated[str | None, typer.Option(help="Which of its files; default: the bundle's own.")] = None,
    sessions: Annotated[
        str, typer.Option(help="Sessions to score, comma-separated, or `all`; held-out: those never trained on.")
    ] = "held-out",
    frames: Annotated[int | None, typer.Option(min=1, max=300, help="Resample every sequence to so many.")] = None,
) -> None:
    """Score a bundle's model on a dataset: top-1, top-5, 95 % interval, per class and confusions.

    Clips of labels that the model does not know are left out, and counted.

    Exit codes: 0 scored; 2 nothing scored, one sentence says why.
    """
    with one_sentence():
        from recognizer import bundle as bundles
        from recognizer import data_options
        from recognizer import evaluate as evaluating

        loaded = bundles.load(bundle)
        model = loaded.model(file)
        dataset = _tested(data_options.opened(data, loaded.labels), sessions)
        if frames:
            dataset = dataset.resampled(frames)
        _print_score(evaluating.score(model.path.read_bytes(), dataset), f"{bundle}/{model.path.name}")


def bundle(folder: Annotated[Path, typer.Argument(help="The bundle to check.")] = DEFAULT_BUNDLE) -> None:
    """Check a model bundle: manifest, sizes, hashes. Exit codes: 0 sound; 2 not, one sentence says why."""
    with one_sentence():
        from recognizer import bundle as bundles

        _print_bundle(bundles.load(folder))


def dataset(path: Annotated[Path, typer.Argument(help="As for --data of `cerca train`.")]) -> None:
    """Show what a dataset holds: clips, classes, signers, sessions, frames, missing hands, and its problems.

    Exit codes: 0 it can be read; 2 it cannot, one sentence says why.
    """
    with one_sentence():
        from recognizer import datasets, describe

        loaded = datasets.load(path)
        _print_contents(loaded, describe.describe(loaded))


def _tested(dataset: "Dataset", sessions: str) -> "Dataset":
    """The clips of the sessions that are to be scored."""
    from recognizer import data_options, splits

    chosen = tuple(sessions.split(","))
    if sessions == "held-out":
        chosen = tuple(name for name in splits.HELD_OUT_SESSIONS if name in dataset.session)
        if not chosen:
            data_options.say(("No session of this dataset is one that `cerca train` holds out: all clips are scored.",))
    return dataset if sessions == "all" or not chosen else splits.of_sessions(dataset, chosen)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turns this package's errors into one line and exit code 2, and SIGTERM into Ctrl-C."""
    import signal

    from rich.console import Console

    from recognizer.errors import RecognizerError

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except RecognizerError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None


def _print_bundle(checked) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(
        f"{checked.folder}: {checked.name}, {checked.architecture}, {len(checked.labels)} labels", soft_wrap=True
    )
    for name, model in checked.files.items():
        console.print(f"{name}: {model.precision}, {model.bytes} bytes, SHA-256 {model.sha256}", soft_wrap=True)
    accuracy = Table("split", "file", "n", "top-1", "top-5", "95 % interval of top-1")
    for entry in checked.manifest["accuracy"]:
        low, high = entry["interval95"]
        numbers = (f"{entry['n']}", f"{entry['top1']:.3f}", f"{entry['top5']:.3f}", f"{low:.3f}-{high:.3f}")
        accuracy.add_row(entry["split"], entry["file"] or "not shipped", *numbers)
    console.print(accuracy)


def _print_contents(dataset: "Dataset", contents: "Contents") -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    console = Console()
    least, median, most = contents.frames
    rates = "unknown rate" if contents.fps is None else "{:g} to {:g} frames a second".format(*contents.fps)
    known = [name for name in contents.signers if name]
    for line in (
        f"{dataset.name}: {len(dataset)} clips, {len(dataset.labels)} classes, "
        f"{len(known) or 'unknown'} signers, {len(contents.sessions) or 'unknown'} sessions",
        f"{least} to {most} frames a clip, median {median}, {rates}",
        f"frames without {', '.join(f'{part} {share:.1%}' for part, share in contents.missing.items())}",
        *([f"keypoints by {dataset.source}"] if dataset.source else []),
        *(f"problem: {problem}" for problem in contents.problems),
    ):
        console.print(line, markup=False, soft_wrap=True, highlight=False)
    signers = contents.signers if len(contents.signers) <= MOST_COLUMNS else ()
    table = Table("class", "clips", *(Column(Text(name or "signer unknown")) for name in signers))
    for label, counts in zip(dataset.labels, contents.clips, strict=True):
        table.add_row(Text(label), str(counts.sum()), *(str(count) for count in counts[: len(signers)]))
    console.print(table)


def _print_score(score: "Score", title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    low, high = score.interval95
    console.print(
        f"{title}: n {score.n}, top-1 {score.top(1):.4f} (95 % {low:.4f}-{high:.4f}), top-5 {score.top(5):.4f}",
        soft_wrap=True,
    )
    table = Table("class", "n", "recognised", "taken for")
    for index, label in enumerate(score.labels):
        total = score.confusion[index].sum()
        if total:
            wrong = [
                f"{score.labels[other]} {score.confusion[index, other]}"
                for other in score.confusion[index].argsort()[::-1]
                if other != index and score.confusion[index, other]
            ]
            recognised = f"{score.confusion[index, index] / total:.3f}"
            table.add_row(Text(label), f"{total}", recognised, Text(", ".join(wrong)))
    console.print(table)
