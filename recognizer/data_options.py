"""The option that names a dataset, the same for every command, and what opens it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recognizer.datasets import Dataset

Data = Annotated[
    Path,
    typer.Option(help="Dataset: npz, hdf5 or SPOTER csv of keypoints, or a folder or manifest.csv of clips."),
]


def opened(data: Path, labels: tuple[str, ...] | None = None) -> "Dataset":
    """The dataset at `data`, on a model's `labels` if given (`Dataset.relabelled`); its notes go to standard error.

    Raises DatasetError as `recognizer.datasets.load` does, and if none of its labels is among the model's.
    """
    from recognizer import datasets

    dataset = datasets.load(data)
    dataset = dataset.relabelled(labels) if labels else dataset
    say(dataset.notes)
    return dataset


def say(notes: tuple[str, ...]) -> None:
    """Prints what a dataset or a split leaves to be desired, a line each, to standard error."""
    from rich.console import Console

    console = Console(stderr=True)
    for note in notes:
        console.print(f"Note: {note}", style="yellow", markup=False, soft_wrap=True, highlight=False)
