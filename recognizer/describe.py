"""What a dataset holds and what may be wrong with it, before anybody trains on it."""

from dataclasses import dataclass

import numpy as np

from recognizer import duplicates
from recognizer import keypoints as kp
from recognizer.datasets import Dataset
from recognizer.datasets.sound import listed


@dataclass(frozen=True)
class Contents:
    """`clips`: int [classes, signers], signers as in `signers`. `missing`: part -> share of all frames without it."""

    signers: tuple[str, ...]
    sessions: tuple[str, ...]
    clips: np.ndarray
    frames: tuple[int, int, int]
    fps: tuple[float, float] | None
    missing: dict[str, float]
    problems: tuple[str, ...]


def describe(dataset: Dataset) -> Contents:
    """Counts of `dataset`; `frames` and `fps` are the least, (the median,) and the most of a clip."""
    signers, signer = np.unique(dataset.signer, return_inverse=True)
    clips = np.zeros((len(dataset.labels), len(signers)), dtype=int)
    np.add.at(clips, (dataset.label, signer), 1)
    fps = dataset.fps[np.isfinite(dataset.fps)]
    frames = dataset.frames
    return Contents(
        signers=tuple(signers.tolist()),
        sessions=tuple(sorted(set(dataset.session.tolist()) - {""})),
        clips=clips,
        frames=(int(frames.min()), int(np.median(frames)), int(frames.max())),
        fps=(float(fps.min()), float(fps.max())) if len(fps) else None,
        missing=_missing(dataset),
        problems=(*dataset.notes, *_problems(dataset, clips)),
    )


def _missing(dataset: Dataset) -> dict[str, float]:
    """Share of the frames in which no point of a part was found."""
    gone = {"body": 0, "left hand": 0, "right hand": 0, "both hands": 0}
    for clip in dataset.clips:
        body, left, right = (np.isnan(clip[:, part]).all((1, 2)) for part in (kp.BODY, kp.LEFT_HAND, kp.RIGHT_HAND))
        for name, mask in zip(gone, (body, left, right, left & right), strict=True):
            gone[name] += int(mask.sum())
    return {name: count / int(dataset.frames.sum()) for name, count in gone.items()}


def _problems(dataset: Dataset, clips: np.ndarray) -> list[str]:
    """What stands in the way of a fair test."""
    problems = []
    per_class, names = clips.sum(1), np.array(dataset.labels)
    if (per_class == 0).any():
        problems.append(f"Classes without a clip: {listed(names[per_class == 0])}.")
    if (per_class == 1).any():
        problems.append(
            f"Classes with a single clip, which a random split only trains: {listed(names[per_class == 1])}."
        )
    for kind in ("signer", "session"):
        known = getattr(dataset, kind) != ""
        if not known.all():
            problems.append(f"{(~known).sum()} of {len(dataset)} clips do not say their {kind}: no split by {kind}.")
    if clips.shape[1] > 1:
        alone = (clips > 0).sum(1) == 1
        if alone.any():
            problems.append(f"Classes of one signer, so never tested on another: {listed(names[alone])}.")
    every_other = np.arange(len(dataset)) % 2 == 0
    near = duplicates.nearest(dataset.subset(every_other), dataset.subset(~every_other)) < duplicates.NEAR
    if len(near) and near.mean() > duplicates.TOLERATED:
        problems.append(f"About {near.mean():.0%} of the clips have a near-duplicate: a random split measures memory.")
    return problems
