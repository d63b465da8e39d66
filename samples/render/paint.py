"""The colour of a point of the figure, from where it is on the body."""

import numpy as np

from .body import Skeleton
from .costume import Marks, Material, above_hairline, under_shirt
from .look import Look

LIP_STRENGTH = 0.35
BROW_STRENGTH = 0.75
EYE_WHITE, PUPIL = 225, 25
PUPIL_RADIUS, IRIS_RADIUS = 0.035, 0.09  # dm


class Paint:
    def __init__(self, look: Look, skeleton: Skeleton):
        self._look, self._skeleton = look, skeleton
        self._eyes = np.array([skeleton.head("eye.L"), skeleton.head("eye.R")])

    def colours(self, marks: Marks, materials: np.ndarray) -> np.ndarray:
        """RGB [n, 3], 0 to 255, before any light."""
        look = self._look
        colour = np.tile(np.array(look.skin, np.float32), (len(materials), 1))
        colour = _mix(colour, look.lips, LIP_STRENGTH * marks.lips)
        on_head = marks.head > 0.5
        colour = _mix(colour, look.hair, self._hair(marks.rest) * on_head)
        colour = _mix(colour, look.hair, BROW_STRENGTH * self._brows(marks.rest) * on_head)
        painted = (materials == Material.SKIN) & under_shirt(marks, self._skeleton)
        colour[painted | (materials == Material.SHIRT)] = look.shirt
        eye = materials == Material.EYE
        colour[eye] = self._eyeball(marks.rest[eye])
        return colour

    def _hair(self, rest: np.ndarray) -> np.ndarray:
        return np.clip(above_hairline(rest, self._skeleton) / 0.06, 0, 1)

    def _brows(self, rest: np.ndarray) -> np.ndarray:
        """How much [n] of a point is eyebrow: a flat arch above either eye."""
        eye = np.where(rest[:, :1] > 0, self._eyes[0], self._eyes[1])
        across = (np.abs(rest[:, 0]) - np.abs(eye[:, 0]) - 0.03) / 0.2
        above = (rest[:, 1] - eye[:, 1] - 0.24 + 0.03 * across**2) / 0.03
        return np.clip(1.5 - np.hypot(across, above), 0, 1) * (rest[:, 2] > eye[:, 2])

    def _eyeball(self, rest: np.ndarray) -> np.ndarray:
        eye = np.where(rest[:, :1] > 0, self._eyes[0], self._eyes[1])
        off_axis = np.hypot(*(rest - eye)[:, :2].T)[:, None]
        iris = np.where(off_axis < IRIS_RADIUS, self._look.iris, EYE_WHITE)
        return np.where(off_axis < PUPIL_RADIUS, PUPIL, iris)


def _mix(colour: np.ndarray, other: tuple[int, int, int], share: np.ndarray) -> np.ndarray:
    return colour + (np.array(other, np.float32) - colour) * share[:, None].astype(np.float32)
