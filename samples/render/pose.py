"""One clip's motion on one body: the bone rotations of every frame."""

import numpy as np

from .body import Body
from .camera import Camera
from .limbs import Limb
from .motion import Tracks
from .rig import Turns, place
from .stage import Stage
from .surface import BodySurface
from .torso import torso_turns


def shoulders_middle(body: Body) -> np.ndarray:
    return (body.skeleton.head("upperarm01.L") + body.skeleton.head("upperarm01.R")) / 2


def shoulder_width(body: Body) -> float:
    across = body.skeleton.head("upperarm01.L") - body.skeleton.head("upperarm01.R")
    return float(np.linalg.norm(across))


class Poser:
    """Knows a body; poses it after any take."""

    def __init__(self, body: Body, camera: Camera):
        self._skeleton = body.skeleton
        skin = body.vertices[body.groups["body"]]
        surface = BodySurface(skin)
        self._limbs = {side: Limb(body.skeleton, side, surface, camera) for side in "LR"}
        self._width = shoulder_width(body)
        self._nose_height = _nose_tip(skin, body.skeleton.head("head")[1])[1] - shoulders_middle(body)[1]

    def pose(self, tracks: Tracks) -> list[Turns]:
        """The turns of every frame of `tracks`."""
        stage = Stage(tracks, self._width, self._nose_height)
        torso = torso_turns(tracks)
        placements = [place(self._skeleton, turns) for turns in torso]
        left, right = (
            limb.hang(placements) if tracks.hands[side] is None else limb.sign(tracks, stage, placements)
            for side, limb in self._limbs.items()
        )
        return [turns | a | b for turns, a, b in zip(torso, left, right, strict=True)]


def _nose_tip(skin: np.ndarray, head_y: float) -> np.ndarray:
    """The frontmost point of the skin above the neck, near the middle."""
    face = skin[(np.abs(skin[:, 0]) < 0.25) & (skin[:, 1] > head_y)]
    return face[face[:, 2].argmax()]
