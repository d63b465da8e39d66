"""Reading a dataset, whatever its format: the path says which."""

from collections.abc import Callable
from pathlib import Path

from recognizer import extractor
from recognizer.datasets import archive, clip_arrays, hdf5, manifest, npz, pose, ragged, spoter_csv
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.sound import checked
from recognizer.errors import DatasetError


def load(path: Path | str) -> Dataset:
    """The labelled clips at `path`, ready to train and test on; `Dataset.notes` says what was left out or changed.

    A folder of clips, or a `manifest.csv` of some, goes through `recognizer.extractor`. Raises DatasetError, one
    sentence naming file and clip, if they are absent, damaged or no keypoints of a person.
    """
    path = Path(path)
    read = _reader(path) or extractor.of_clips
    if read is None:
        raise DatasetError(f"{path} holds clips, not keypoints: run `cerca extract` and give what it writes.")
    try:
        return checked(read(path), path)
    except ModuleNotFoundError as missing:
        raise DatasetError(f"{path} needs the package {missing.name}: run `pip install -e .[train]`.") from None


def _reader(path: Path) -> Callable[[Path], Dataset] | None:
    """What reads `path`; None for clips."""
    if path.is_dir():
        return pose.load if next(path.rglob(f"*{pose.SUFFIX}"), None) else None
    ending = path.suffix.lower()
    if ending == ".npz":
        return _npz_reader(path)
    if ending in (".h5", ".hdf5"):
        return hdf5.load
    if ending == ".csv":
        return spoter_csv.load if spoter_csv.is_spoter(manifest.columns(path)) else None
    if not path.exists():
        raise archive.absent(path)
    raise DatasetError(f"{path} is of no known format: {KNOWN}.")


KNOWN = "give an npz, an hdf5, a SPOTER csv, or a folder of clips or of .pose files"


def _npz_reader(path: Path) -> Callable[[Path], Dataset]:
    with archive.opened(path) as arrays:
        names = arrays.files
    if "frames" in names:
        return ragged.load
    return npz.load if "keypoints" in names or not path.with_name(manifest.NAME).exists() else clip_arrays.load
