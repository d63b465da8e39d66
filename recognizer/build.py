"""From a dataset to a bundle: split, train, export, quantise, score, write."""

import shlex
from pathlib import Path

from rich.progress import Progress
from torch import nn

from recognizer import bundle, bundle_writer, data_options, evaluate, export, provenance, recipes, splits, weights
from recognizer.compress.ort_format import to_ort
from recognizer.compress.variants import to_int8
from recognizer.datasets import Dataset
from recognizer.errors import DatasetError, TrainingError
from recognizer.recipes import RECIPES, Recipe, Settings
from recognizer.splits import Split
from recognizer.train import Epoch


def build(
    data: Path,
    out: Path,
    settings: Settings,
    *,
    progress: Progress,
    recipe: Recipe = RECIPES["cerca"],
    signers: bool = True,
    licence: str | None = None,
    weights_path: Path | None = None,
    resume: Path | None = None,
) -> bundle.Bundle:
    """Trains on all but the held-out part of `data`, scores every file on that, and writes the bundle to `out`.

    `settings` are those of the `recipe`. What the data and the splits cannot promise goes to standard error.
    With `signers`, a model of the same recipe is trained and scored for each signer, never seen by it; those are not
    shipped. With `weights_path`, the weights are kept there after every epoch; `resume` names such to start from.
    """
    dataset = data_options.opened(data)
    start = weights.load(resume) if resume else None
    if start and recipes.of(start) is not recipe:
        raise TrainingError(
            f"{resume} is of the recipe {recipes.of(start).name}: give --recipe {recipes.of(start).name}."
        )
    if start and start.arch.classes != len(dataset.labels):
        raise TrainingError(f"{resume} knows {start.arch.classes} classes, {data} has {len(dataset.labels)}.")
    shipped = _shipped_split(dataset)
    others = splits.leave_one_signer_out(dataset) if signers and _signers(dataset) > 1 else []
    for split in (shipped, *others):
        data_options.say(split.notes)

    with progress:
        model = _fit(shipped, recipe, settings, progress, start, weights_path)
        twins = [_fit(split, recipe, settings, progress) for split in others]
    models = model_files(model)
    accuracy = [
        evaluate.score(content, shipped.test).as_manifest(shipped.name, name) for name, content in models.items()
    ]
    for split, twin in zip(others, twins, strict=True):
        accuracy.append(evaluate.score(export.to_onnx(twin), split.test).as_manifest(split.name, None))
    return bundle_writer.write(
        out,
        arch=model.arch,
        labels=dataset.labels,
        models=models,
        provenance=provenance.of(data, licence),
        training={
            "command": _command(data, out, recipe, settings, signers, licence, resume),
            "recipe": recipe.name,
            "settings": settings.as_dict(),
            "architecture": model.arch.as_dict(),
            "sequences": len(shipped.train),
        },
        accuracy=accuracy,
    )


def _shipped_split(dataset: Dataset) -> Split:
    """By session where the sessions are known and allow it, else clip by clip: a signer held out is a person lost."""
    if (dataset.session != "").all():
        try:
            return splits.by_session(dataset)
        except DatasetError as error:
            data_options.say((f"{error} Parted at random for now.",))
    return splits.random(dataset)


def _signers(dataset: Dataset) -> int:
    known = dataset.signer[dataset.signer != ""]
    return len(set(known.tolist())) if len(known) == len(dataset) else 0


def model_files(model: nn.Module) -> dict[str, bytes]:
    """The files of a bundle, by name."""
    float32 = export.to_onnx(model)
    return {
        "model.onnx": float32,
        "model.int8.onnx": to_int8(float32),
        "model.ort": to_ort(float32),
    }


def _fit(
    split: Split,
    recipe: Recipe,
    settings: Settings,
    progress: Progress,
    start: nn.Module | None = None,
    weights_path: Path | None = None,
) -> nn.Module:
    task = progress.add_task(split.name, total=settings.epochs)

    def on_epoch(epoch: Epoch, model: nn.Module) -> None:
        progress.update(task, completed=epoch.number, description=f"{split.name}, loss {epoch.loss:.3f}")
        if weights_path:
            weights.save(model, weights_path)

    arch = recipe.architecture(classes=len(split.train.labels))
    return recipe.fit(split.train, arch, settings, on_epoch, start=start).model


def _command(
    data: Path, out: Path, recipe: Recipe, settings: Settings, signers: bool, licence: str | None, resume: Path | None
) -> str:
    """The command that makes this bundle again."""
    words = ["cerca", "train", "--data", data, "--out", out, "--recipe", recipe.name, "--epochs", settings.epochs]
    words += ["--seed", settings.seed, "--learning-rate", settings.learning_rate]
    words += [] if signers else ["--no-signers"]
    words += ["--licence", licence] if licence else []
    words += ["--resume", resume] if resume else []
    return shlex.join(str(word) for word in words)
