"""`cerca samples render` and `cerca samples check`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .errors import SampleError
from .plan import FRAMES, PLAN
from .quiet import native_logs_silenced

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"
TAKES = ROOT.parent / "shared" / "data" / "asl_words" / "asl_takes_3d.npz"
NEEDS = "This needs the extra `render`: pip install -r requirements/render.txt."


def render(
    takes: Annotated[Path, typer.Option(help="The recorded takes that the figures repeat.")] = TAKES,
    out: Annotated[Path, typer.Option(help="Where clips and manifest.csv go.")] = SAMPLES,
    gloss: Annotated[list[str] | None, typer.Option(help="Only this gloss; may be given again.")] = None,
) -> None:
    """Render the shipped clips again, and their manifest.

    Exit codes: 0 done; 2 nothing done, one sentence says why; 130 interrupted (clips already written are whole).
    """
    console = Console(stderr=True)
    wanted = [planned for planned in PLAN if not gloss or planned.gloss in gloss]
    try:
        if not wanted:
            raise SampleError(f"No clip of {', '.join(gloss)} is planned; choose among {_glosses()}.")
        from .assets import open_body
        from .production import load_planned_takes, produce

        motion = load_planned_takes(takes)
        with console.status("Opening the body; the first time it is downloaded (48 MB) ..."):
            archive = open_body()
        with archive as body, _progress(console) as progress:
            bar = progress.add_task("", total=len(wanted) * FRAMES)
            for planned in produce(wanted, motion, body, out, lambda: progress.advance(bar)):
                progress.update(bar, description=planned.clip)
    except (SampleError, ModuleNotFoundError) as error:
        _stop(console, error)
    console.print(f"{len(wanted)} clips in {out}.")


def check(
    clips: Annotated[Path, typer.Option(help="The folder with manifest.csv.")] = SAMPLES,
    bundle: Annotated[Path, typer.Option(help="The model bundle that names the signs.")] = ROOT / "models" / "default",
) -> None:
    """Look for pose and hands in every frame of the clips, and let the model name the signs.

    Exit codes: 0 pose and signing hand are found often enough; 1 they are not; 2 nothing was checked.
    """
    from recognizer import bundle as bundles

    console = Console(stderr=True)
    try:
        from .check import LEAST_HAND, LEAST_POSE, Recogniser, check_clip, meets_bars
        from .manifest import load
        from .table import summary, table

        rows = load(clips)
        loaded = bundles.load(bundle)
        recogniser = Recogniser(loaded)
        checked = []
        with native_logs_silenced() as terminal, _progress(Console(file=terminal)) as progress:
            bar = progress.add_task("", total=sum(row.frames for row in rows))
            for row in rows:
                progress.update(bar, description=row.clip)
                checked.append(check_clip(clips, row, recogniser, lambda: progress.advance(bar)))
    except (SampleError, bundles.BundleError, ModuleNotFoundError) as error:
        _stop(console, error)
    output = Console()
    output.print(table(checked))
    for line in summary(checked):
        output.print(line, highlight=False)
    model = loaded.model()
    output.print(
        f"Rank: that of the clip's own label. Model: {loaded.name}/{model.path.name}, SHA-256 {model.sha256}",
        soft_wrap=True,
    )
    if not meets_bars(checked):
        console.print(
            f"[red]Pose or signing hand is found in fewer frames than {LEAST_POSE:.0%} and {LEAST_HAND:.0%}; "
            "render other takes.[/red]",
            soft_wrap=True,
        )
        raise typer.Exit(1)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def _glosses() -> str:
    return ", ".join(dict.fromkeys(planned.gloss for planned in PLAN))


def _stop(console: Console, error: Exception) -> None:
    message = f"{error}. {NEEDS}" if isinstance(error, ModuleNotFoundError) else str(error)
    console.print(message, style="red", markup=False, soft_wrap=True, highlight=False)
    raise typer.Exit(2)
