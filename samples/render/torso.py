"""What moves besides arms and hands: the spine, the collar bones, the head and the eyelids."""

import numpy as np

from .motion import Tracks
from .rig import Turns
from .stage import ELBOWS, LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EAR, RIGHT_EYE, SHOULDERS
from .vectors import X_AXIS, Y_AXIS, Z_AXIS, rotation, unit

MAX_LEAN = 0.06
MAX_ROLL = 0.3
MAX_YAW = 0.6  # of the nose from the ears' middle, in ear distances
MAX_NOD = 0.15
RAISE = 0.25  # of a collar bone for each radian of the upper arm above RAISE_FROM
RAISE_FROM = -0.7
BLINK_FRAMES = 7
BLINK_EVERY = 70  # frames: 2.8 s, in the range of a resting adult


def torso_turns(tracks: Tracks) -> list[Turns]:
    """Spine, collar bones, neck and head of every frame, from the take's shoulders, upper arms and face."""
    pose = tracks.pose
    across = pose[:, SHOULDERS["L"]] - pose[:, SHOULDERS["R"]]
    tilt = np.arctan2(across[:, 1], across[:, 0])
    lean = np.clip(tilt - np.median(tilt), -MAX_LEAN, MAX_LEAN)
    head = _head_turns(pose)
    frames = []
    for i in range(tracks.frames):
        spine = rotation(Z_AXIS, lean[i])
        turns = {"spine03": spine, "neck02": (head[i] - np.eye(3)) * 0.4 + np.eye(3), "head": head[i]}
        for side, outward in (("L", 1), ("R", -1)):
            upper_arm = unit(pose[i, ELBOWS[side]] - pose[i, SHOULDERS[side]])
            raised = RAISE * max(0.0, np.arcsin(upper_arm[1]) - RAISE_FROM)
            turns[f"clavicle.{side}"] = rotation(Z_AXIS, outward * raised) @ spine
        frames.append(turns)
    return frames


def _head_turns(pose: np.ndarray) -> list[np.ndarray]:
    eyes = pose[:, LEFT_EYE] - pose[:, RIGHT_EYE]
    ears = pose[:, LEFT_EAR] - pose[:, RIGHT_EAR]
    ear_distance = np.maximum(np.linalg.norm(ears[:, :2], axis=1), 1e-6)
    nose = (pose[:, NOSE] - (pose[:, LEFT_EAR] + pose[:, RIGHT_EAR]) / 2) / ear_distance[:, None]
    roll = np.clip(np.arctan2(eyes[:, 1], eyes[:, 0]), -MAX_ROLL, MAX_ROLL)
    yaw = np.clip(nose[:, 0], -MAX_YAW, MAX_YAW)
    # A camera above or below the face shifts the nose for good, so only what differs from the median is a nod.
    nod = np.clip(np.median(nose[:, 1]) - nose[:, 1], -MAX_NOD, MAX_NOD)
    return [
        rotation(Y_AXIS, 0.9 * y) @ rotation(X_AXIS, n) @ rotation(Z_AXIS, r)
        for y, n, r in zip(yaw, nod, roll, strict=True)
    ]


def eyelids(frames: int, offset: int) -> np.ndarray:
    """How far [frames] the eyes are closed, 0 to 1: a blink every BLINK_EVERY frames, the first at `offset`."""
    phase = (np.arange(frames) - offset) % BLINK_EVERY
    return np.where(phase < BLINK_FRAMES, np.sin(np.pi * (phase + 0.5) / BLINK_FRAMES), 0.0)
