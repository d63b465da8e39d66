"""How far to the front the trunk and head reach, so that no hand or elbow is placed inside them."""

import numpy as np

CELL = 0.2  # dm
HALF_WIDTH, HALF_HEIGHT = 2.0, 12.0  # dm: wide enough for trunk and head, too narrow for the arms of the rest pose
NOWHERE = -9.0  # dm: behind everything


class BodySurface:
    """A height map over (x, y) of the frontmost z of the body in its rest pose."""

    def __init__(self, vertices: np.ndarray):
        """`vertices` [v, 3] of the body's skin."""
        shape = (round(2 * HALF_WIDTH / CELL) + 1, round(2 * HALF_HEIGHT / CELL) + 1)
        heights = np.full(shape, NOWHERE)
        trunk = vertices[(np.abs(vertices[:, 0]) < HALF_WIDTH - 0.3) & (np.abs(vertices[:, 1]) < HALF_HEIGHT)]
        np.maximum.at(heights, self._cells(trunk), trunk[:, 2])
        # A limb is thicker than a cell, so each cell takes the frontmost of its neighbours too.
        padded = np.pad(heights, 1, constant_values=NOWHERE)
        self._heights = np.max([padded[i : i + shape[0], j : j + shape[1]] for i in range(3) for j in range(3)], axis=0)

    def front(self, points: np.ndarray) -> np.ndarray:
        """z [n] of the surface before or behind `points` [n, 3]; NOWHERE beside the body."""
        points = np.atleast_2d(points)
        inside = (np.abs(points[:, 0]) < HALF_WIDTH) & (np.abs(points[:, 1]) < HALF_HEIGHT)
        heights = np.full(len(points), NOWHERE)
        heights[inside] = self._heights[self._cells(points[inside])]
        return heights

    @staticmethod
    def _cells(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        columns = np.round((points[:, 0] + HALF_WIDTH) / CELL).astype(int)
        rows = np.round((points[:, 1] + HALF_HEIGHT) / CELL).astype(int)
        return columns, rows
