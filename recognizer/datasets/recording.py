"""One labelled clip as a file names it, and many of them as a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognizer.datasets.dataset import Dataset
from recognizer.datasets.labels import normalised


@dataclass(frozen=True)
class Recording:
    """`keypoints`: float32 [frames, 54, 2], image units, NaN where missing. The rest: "" or NaN where unknown."""

    keypoints: np.ndarray
    clip: str
    label: str
    signer: str = ""
    session: str = ""
    fps: float = np.nan


def gathered(name: str, recordings: Sequence[Recording], source: str = "") -> Dataset:
    """The recordings as a dataset; its labels are theirs, normalised and sorted, -1 for those without."""
    glosses = [normalised(recording.label) for recording in recordings]
    labels = tuple(sorted(set(glosses) - {""}))
    place = {label: index for index, label in enumerate(labels)} | {"": -1}
    return Dataset(
        name=name,
        clips=tuple(recording.keypoints for recording in recordings),
        label=np.array([place[gloss] for gloss in glosses], dtype=np.int64),
        labels=labels,
        fps=np.array([recording.fps for recording in recordings], dtype=np.float64),
        source=source,
        **{key: np.array([getattr(r, key) for r in recordings], dtype=str) for key in ("signer", "session", "clip")},
    )
