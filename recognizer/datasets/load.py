"""Reading a dataset, whatever its format: the path says which."""

from pathlib import Path

from recognizer.datasets import archive, npz, ragged
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.sound import checked


def load(path: Path | str) -> Dataset:
    """The labelled clips at `path`, ready to train and test on; `Dataset.notes` says what was left out or changed.

    Raises DatasetError, one sentence naming file and clip, if they are absent, damaged or no keypoints of a person.
    """
    path = Path(path)
    return checked(_read(path), path)


def _read(path: Path) -> Dataset:
    with archive.opened(path) as content:
        is_ragged = "frames" in content.files
    return ragged.load(path) if is_ragged else npz.load(path)
