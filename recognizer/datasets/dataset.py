"""Labelled clips in memory: what every loader makes and training, splits and evaluation read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets.labels import normalised
from recognizer.errors import DatasetError


@dataclass(frozen=True)
class Dataset:
    """n labelled clips of any lengths.

    `clips`: float32 [frames, 54, 2] each, image units, NaN where missing. `label`: int64 [n] into `labels`. `signer`,
    `session` ("" where unknown), `clip` (a name that finds the clip again): str [n]. `fps`: float [n], NaN where
    unknown. `source`: what made the keypoints, as its maker put it. `notes`: what loading left out, filled in or
    changed, one sentence each, for a person to read.
    """

    name: str
    clips: tuple[np.ndarray, ...]
    label: np.ndarray
    labels: tuple[str, ...]
    signer: np.ndarray
    session: np.ndarray
    clip: np.ndarray
    fps: np.ndarray
    source: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.label)

    @property
    def frames(self) -> np.ndarray:
        """Number of frames of each clip, int64 [n]."""
        return np.array([len(clip) for clip in self.clips], dtype=np.int64)

    def subset(self, chosen: np.ndarray) -> "Dataset":
        """The clips where `chosen` (bool [n]) holds, or those of the indices `chosen`; `labels` stays whole."""
        index = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return replace(
            self,
            clips=tuple(self.clips[i] for i in index),
            **{name: getattr(self, name)[index] for name in ("label", "signer", "session", "clip", "fps")},
        )

    def noted(self, *notes: str) -> "Dataset":
        """The same clips with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def relabelled(self, labels: tuple[str, ...]) -> "Dataset":
        """The clips whose label is among a model's `labels`, numbered as there; the others are left out and noted.

        `thank_you` and `thank-you` are one label. Raises DatasetError if the two have no label in common.
        """
        if labels == self.labels:
            return self
        place = {normalised(label): index for index, label in enumerate(labels)}
        index = np.array([place.get(normalised(label), -1) for label in self.labels], dtype=np.int64)
        label = index[self.label]
        shared = replace(self, label=label, labels=labels).subset(label >= 0)
        if not len(shared):
            raise DatasetError(
                f"{self.name} and the model have no label in common ({', '.join(self.labels[:3])} ... against "
                f"{', '.join(labels[:3])} ...): score a model trained on these labels."
            )
        left_out = len(self) - len(shared)
        unknown = ", ".join(sorted({self.labels[i] for i in self.label[label < 0]}))
        return shared.noted(f"{left_out} clips of labels that the model does not know are left out: {unknown}.")

    def padded(self, chosen: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A batch of the indices `chosen`: float32 [k, longest, 54, 2] padded with NaN, and the lengths, int64 [k]."""
        clips = [self.clips[i] for i in chosen]
        lengths = np.array([len(clip) for clip in clips], dtype=np.int64)
        batch = np.full((len(clips), lengths.max(), kp.COUNT, 2), np.nan, dtype=np.float32)
        for row, clip in zip(batch, clips, strict=True):
            row[: len(clip)] = clip
        return batch, lengths

    def every(self, step: int) -> "Dataset":
        """Each clip's frames 0, step, 2 step ...: the same recording at a lower frame rate."""
        return replace(self, clips=tuple(clip[::step] for clip in self.clips), fps=self.fps / step)

    def resampled(self, frames: int) -> "Dataset":
        """The same clips as a camera of another frame rate would show them: `frames` even steps from end to end."""
        return replace(
            self,
            clips=tuple(at_times(clip, np.linspace(0, len(clip) - 1, frames)) for clip in self.clips),
            fps=self.fps * frames / self.frames,
        )


def at_times(clip: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Frames between frames: `clip` [frames, 54, 2] at `time` [times], in frames from the first.

    Linear between two frames that show a point; where one of them lacks it, the nearer one decides.
    """
    before = np.clip(np.floor(time).astype(int), 0, max(len(clip) - 2, 0))
    after = np.minimum(before + 1, len(clip) - 1)
    weight = (time - before)[:, None, None].astype(np.float32)
    left, right = clip[before], clip[after]
    mixed = left * (1 - weight) + right * weight
    return np.where(np.isnan(mixed), np.where(weight < 0.5, left, right), mixed)
