"""Rotations as 3 x 3 matrices that act on column vectors; angles in radians."""

import numpy as np

X_AXIS, Y_AXIS, Z_AXIS = np.eye(3)


def unit(vector: np.ndarray) -> np.ndarray:
    """`vector` [..., 3] at length one; the zero vector stays zero."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-9)


def rotation(axis: np.ndarray, angle: float) -> np.ndarray:
    """The right-handed turn by `angle` about `axis` (Rodrigues' formula)."""
    x, y, z = unit(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def shortest_arc(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The turn without twist that takes direction `start` to direction `end`."""
    start, end = unit(start), unit(end)
    axis = np.cross(start, end)
    sine = np.linalg.norm(axis)
    if sine < 1e-6:
        return np.eye(3)
    return rotation(axis, np.arctan2(sine, start @ end))


def twist_angle(turn: np.ndarray, axis: np.ndarray) -> float:
    """How far `turn` twists about `axis`: the twist of its swing-twist decomposition, in (-pi, pi]."""
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    half = np.arctan2(skew @ unit(axis), 1 + np.trace(turn))
    return float((2 * half + np.pi) % (2 * np.pi) - np.pi)


def palm_frame(forward: np.ndarray, side: np.ndarray) -> np.ndarray:
    """An orthonormal frame with the columns (side, forward, normal); `side` is made square to `forward`."""
    forward = unit(forward)
    normal = unit(np.cross(side, forward))
    return np.stack([np.cross(forward, normal), forward, normal], axis=-1)


def bend_frame(along: np.ndarray, bend_normal: np.ndarray) -> np.ndarray:
    """The frame of a limb that runs `along` and bends in the plane square to `bend_normal`."""
    return palm_frame(along, np.cross(along, bend_normal))


def wrap(angle: np.ndarray, centre: float) -> np.ndarray:
    """`angle` moved by whole turns into [centre - pi, centre + pi)."""
    return (angle - centre + np.pi) % (2 * np.pi) - np.pi + centre
