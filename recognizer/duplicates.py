"""Do the clips that test look like clips that train? Then the score measures memory."""

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import Dataset
from recognizer.datasets.dataset import at_times
from recognizer.datasets.sound import listed

FRAMES = 8
"""Every clip is compared at so many even moments."""

NEAR = 0.08
"""Root mean square distance in shoulder widths. Half of the `asl_words` clips have one of their own session within
0.07; the nearest pair of `baby_signs` clips of one sign by two signers is 0.15 apart."""

TOLERATED = 0.1
"""Share of the tested clips that may have such a neighbour before it is said."""


def straddling(train: Dataset, test: Dataset) -> tuple[str, ...]:
    """A note if clips of one recording session, or near-duplicates, stand in both parts.

    Sessions decide where they are known. Where they are not: the distance between clips of one class, centred on the
    neck, in shoulder widths.
    """
    if (train.session != "").all() and (test.session != "").all():
        both = np.isin(test.session, train.session)
        if not both.any():
            return ()
        which = listed(np.unique(test.session[both]))
        return (
            f"{both.sum()} of {len(test)} tested clips come from sessions that train as well ({which}): {INFLATED}",
        )
    near = nearest(train, test) < NEAR
    if near.mean() <= TOLERATED:
        return ()
    return (f"{near.sum()} of {len(test)} tested clips have a near-duplicate among those that train: {INFLATED}",)


INFLATED = "the accuracy is inflated; split by session or signer."


def nearest(train: Dataset, test: Dataset) -> np.ndarray:
    """Distance of every clip of `test` to the nearest one of its class in `train`, float [n], infinite if none."""
    trained, tested = _shapes(train), _shapes(test)
    distance = np.full(len(test), np.inf)
    for label in np.unique(test.label):
        here, there = tested[test.label == label], trained[train.label == label]
        if len(there):
            squared = (here**2).sum(1)[:, None] + (there**2).sum(1) - 2 * here @ there.T
            distance[test.label == label] = np.sqrt(np.maximum(squared.min(1), 0) / here.shape[1])
    return distance


def _shapes(data: Dataset) -> np.ndarray:
    """float32 [n, features]: each clip at `FRAMES` moments, neck at 0, in shoulder widths; missing points at 0."""
    shapes = np.zeros((len(data), FRAMES, kp.COUNT, 2), dtype=np.float32)
    for shape, clip in zip(shapes, data.clips, strict=True):
        moments = at_times(clip, np.linspace(0, len(clip) - 1, FRAMES))
        left, right = moments[:, kp.INDEX["left_shoulder"]], moments[:, kp.INDEX["right_shoulder"]]
        seen = np.isfinite(left + right).all(-1)
        if seen.any():
            neck = (left + right)[seen].mean(0) / 2
            width = max(float(np.abs(left - right)[seen, 0].mean()), 0.01)
            shape[:] = np.nan_to_num((moments - neck) / width)
    return shapes.reshape(len(data), -1)
