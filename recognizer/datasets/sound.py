"""What every dataset must be before anything trains or tests on it, wherever it came from."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets.dataset import Dataset
from recognizer.errors import DatasetError

LONGEST_CLIP = 3000
"""Frames: 100 s at 30 fps. A longer recording is not one sign, so it is refused."""

FARTHEST = 3.0
"""Of the median point of a clip from the image's corner, in image sizes. Pixels lie farther away."""

NAMED = 3
"""How many clips a note names before it only counts."""


def checked(dataset: Dataset, path: Path) -> Dataset:
    """Leaves out what nothing can be learnt from, thins what the model is too short for, and notes both.

    Left out: clips without a label, and clips that show nobody in any frame. Clips above `keypoints.MAX_FRAMES` keep
    every second, third ... frame. Raises DatasetError, one sentence, naming file and clip, if a clip is longer than
    `LONGEST_CLIP` or not in image units, and naming the file if nothing is left.
    """
    for clip, name in zip(dataset.clips, dataset.clip, strict=True):
        _refuse_unusable(clip, f"{path}: the clip {name}")
    notes = []
    unlabelled = dataset.label < 0
    nobody = np.array([bool(np.isnan(clip).all()) for clip in dataset.clips], dtype=bool)
    if unlabelled.any():
        notes.append(f"No label, so left out: {listed(dataset.clip[unlabelled])}.")
    if (nobody & ~unlabelled).any():
        notes.append(f"Nobody to be seen in any frame, so left out: {listed(dataset.clip[nobody & ~unlabelled])}.")
    kept = dataset.subset(~unlabelled & ~nobody)
    if not len(kept):
        raise DatasetError(f"{path} holds no clip with a label and a person in it: give a dataset that does.")
    single = kept.clip[kept.frames == 1]
    if len(single):
        notes.append(f"One frame only, so nothing moves: {listed(single)}.")
    never = np.all([np.isnan(clip).all((0, 2)) for clip in kept.clips], axis=0)
    if never.any():
        notes.append(f"Points that no clip shows: {listed(np.array(kp.NAMES)[never])}.")
    thinned = kept.clip[kept.frames > kp.MAX_FRAMES]
    if len(thinned):
        notes.append(f"Thinned to {kp.MAX_FRAMES} frames, the most that the model takes: {listed(thinned)}.")
    return _thinned(kept).noted(*notes)


def listed(names: Iterable) -> str:
    """The first few names, and how many more there are."""
    names = [str(name) for name in names]
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _refuse_unusable(clip: np.ndarray, who: str) -> None:
    if len(clip) > LONGEST_CLIP:
        raise DatasetError(
            f"{who} has {len(clip)} frames, more than the {LONGEST_CLIP} of one sign: cut it into signs."
        )
    if np.isinf(clip).any():
        raise DatasetError(f"{who} has infinite coordinates: extract its keypoints again.")
    seen = clip[~np.isnan(clip)]
    if len(seen) and np.median(np.abs(seen)) > FARTHEST:
        raise DatasetError(
            f"{who} has coordinates around {np.median(np.abs(seen)):.0f}, which are no image units: "
            "divide x by the width and y by the height of the image."
        )


def _thinned(dataset: Dataset) -> Dataset:
    steps = -(-dataset.frames // kp.MAX_FRAMES)
    clips = tuple(clip[::step] for clip, step in zip(dataset.clips, steps, strict=True))
    return replace(dataset, clips=clips, fps=dataset.fps / steps)
