"""An npz with one array [frames, 54, 2] a clip, and beside it the `manifest.csv` that says what each one is."""

from pathlib import Path

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import archive, manifest
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.points import missing_as_nan
from recognizer.datasets.recording import Recording, gathered
from recognizer.datasets.sound import listed
from recognizer.errors import DatasetError


def load(path: Path) -> Dataset:
    """Reads the arrays that the manifest names by the clip's file name without its ending; (0, 0) is missing.

    Raises DatasetError, one sentence naming the manifest's line, if an array is missing or of another shape.
    """
    beside = path.with_name(manifest.NAME)
    recordings, named = [], set()
    with archive.opened(path) as arrays:
        for where, facts in manifest.rows(beside):
            key = Path(facts["clip"]).stem
            if key not in arrays.files:
                raise DatasetError(f"{where}: {path.name} has no array {key!r} for this clip: extract it again.")
            recordings.append(_recording(arrays[key], facts, where, path))
            named.add(key)
        unnamed = sorted(set(arrays.files) - named)
    dataset = gathered(path.stem, recordings, source=path.name)
    return dataset.noted(f"Not in {beside.name}, so left out: {listed(unnamed)}.") if unnamed else dataset


def _recording(keypoints: np.ndarray, facts: dict, where: str, path: Path) -> Recording:
    shape, kind = list(keypoints.shape), keypoints.dtype
    if len(shape) != 3 or shape[1:] != [kp.COUNT, 2] or not shape[0] or kind.kind != "f":
        wanted = f"float [frames, {kp.COUNT}, 2]"
        raise DatasetError(f"{where}: {path.name} has {kind} {shape} where {wanted} is due: extract it again.")
    return Recording(missing_as_nan(keypoints), **facts)
