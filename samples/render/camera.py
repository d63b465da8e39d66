"""The pinhole camera that looks at the figure along -z."""

from dataclasses import dataclass

import numpy as np

DISTANCE = 18.0  # dm from the body's z = 0


@dataclass(frozen=True)
class Camera:
    width: int  # pixels
    height: int
    pixels_per_dm: float  # at z = 0
    centre_y: float  # the body's y that the camera looks at
    horizon: float = 0.55  # where that height stands in the picture, as a share of its height

    def project(self, points: np.ndarray) -> np.ndarray:
        """[n, 3] in body space -> [n, 3]: pixel x (to the right), pixel y (down), depth (larger = nearer)."""
        zoom = self.pixels_per_dm * DISTANCE / (DISTANCE - points[:, 2])
        x = self.width / 2 + points[:, 0] * zoom
        y = self.height * self.horizon - (points[:, 1] - self.centre_y) * zoom
        return np.stack([x, y, points[:, 2] * self.pixels_per_dm], axis=1)

    def on_the_same_ray(self, point: np.ndarray) -> np.ndarray:
        """The point at depth z of `point` [3] that is seen where (x, y, 0) is seen."""
        centre = np.array([0, self.centre_y])
        return np.append(centre + (point[:2] - centre) * (1 - point[2] / DISTANCE), point[2])
