"""A recorded take as smooth 3D tracks at the clip's frame rate.

A take is 20 rows of 258 values: pose 33 x (x, y, z, visibility), left hand 21 x (x, y, z), right hand 21 x (x, y, z),
in MediaPipe image coordinates; an absent part is all zeros.
"""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from .errors import MotionError

# The takes were recorded by a 16:9 camera; MediaPipe divides x and z by the width, y by the height.
SOURCE_ASPECT = 16 / 9
SMOOTHING = 1.2  # standard deviation of the Gaussian, in source frames

POSE_VALUES, HAND_VALUES = 33 * 4, 21 * 3


@dataclass(frozen=True)
class Take:
    gloss: str
    number: int
    session: str
    rows: np.ndarray  # float32 [frames, 258]


@dataclass(frozen=True)
class Tracks:
    """Unit: the image's height; y up, z to the camera. A hand that was hardly ever seen is None."""

    pose: np.ndarray  # [frames, 33, 3]
    hands: dict[str, np.ndarray | None]  # "L", "R": [frames, 21, 3]

    @property
    def frames(self) -> int:
        return len(self.pose)


def load_takes(path: Path, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], Take]:
    """The takes (gloss, number) of `path`. Raises MotionError when one of them or the file is missing."""
    if not path.exists():
        raise MotionError(f"{path} is missing; give the file of 3D takes with --takes.")
    try:
        with np.load(path, allow_pickle=False) as data:
            labels, rows = data["labels"][data["label"]], data["rows"]
            takes = {
                (str(labels[i]), int(number)): Take(str(labels[i]), int(number), str(data["session"][i]), rows[i])
                for i, number in enumerate(data["seq"])
                if (labels[i], number) in wanted
            }
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise MotionError(f"{path} is not a file of 3D takes ({error}); give one with --takes.") from error
    missing = sorted(wanted - takes.keys())
    if missing:
        raise MotionError(f"{path} has no take {missing[0][1]} of {missing[0][0]!r}; choose one that it has.")
    return takes


def to_tracks(take: Take, frames: int) -> Tracks:
    """`take` without gaps, resampled to `frames` frames and smoothed in time.

    Raises MotionError when the pose or both hands are absent from most of the take.
    """
    rows = take.rows
    pose = rows[:, :POSE_VALUES].reshape(len(rows), 33, 4)[:, :, :3]
    left, right = np.split(rows[:, POSE_VALUES:], [HAND_VALUES], axis=1)
    tracks = Tracks(
        pose=_smooth(pose, frames),
        hands={"L": _smooth(left.reshape(-1, 21, 3), frames), "R": _smooth(right.reshape(-1, 21, 3), frames)},
    )
    if tracks.pose is None or all(hand is None for hand in tracks.hands.values()):
        raise MotionError(f"Take {take.number} of {take.gloss!r} lacks its pose or both hands; choose another take.")
    return tracks


def _smooth(points: np.ndarray, frames: int) -> np.ndarray | None:
    """[n, points, 3] -> [frames, points, 3], or None when the part was seen in less than half of the rows."""
    seen = (points != 0).any(axis=(1, 2))
    if seen.mean() < 0.5:
        return None
    columns = (points * [SOURCE_ASPECT, -1, -SOURCE_ASPECT]).reshape(len(points), -1)
    times = np.linspace(0, len(points) - 1, frames)
    filled = np.stack([np.interp(times, np.flatnonzero(seen), column[seen]) for column in columns.T], axis=1)
    return smooth_in_time(filled, SMOOTHING * frames / len(points)).reshape(frames, -1, 3)


def smooth_in_time(values: np.ndarray, deviation: float) -> np.ndarray:
    """`values` [frames, n] under a Gaussian of `deviation` frames; the ends are held."""
    reach = max(1, int(np.ceil(3 * deviation)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), "edge")
    return np.stack([np.convolve(column, kernel / kernel.sum(), "valid") for column in padded.T], axis=1)
