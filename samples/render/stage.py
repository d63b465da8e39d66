"""From the take's image plane to the body's, so that a hand at the chin stays at the chin of another person."""

import numpy as np

from .motion import Tracks

NOSE, LEFT_EYE, RIGHT_EYE, LEFT_EAR, RIGHT_EAR = 0, 2, 5, 7, 8
SHOULDERS = {"L": 11, "R": 12}
ELBOWS = {"L": 13, "R": 14}


class Stage:
    """Scales by shoulder width; stretches the height between shoulders and nose to the body's."""

    def __init__(self, tracks: Tracks, shoulder_width: float, nose_height: float):
        """`shoulder_width` and `nose_height` (above the shoulders' middle) are the body's, in dm."""
        pose = tracks.pose
        self._middles = (pose[:, SHOULDERS["L"]] + pose[:, SHOULDERS["R"]]) / 2
        across = (pose[:, SHOULDERS["L"]] - pose[:, SHOULDERS["R"]])[:, :2]
        self.source_width = float(np.median(np.linalg.norm(across, axis=1)))
        self.scale = shoulder_width / self.source_width
        nose = np.median(pose[:, NOSE] - self._middles, axis=0) * self.scale
        self._source_nose_x, self._source_nose_height = nose[0], max(nose[1], 1e-3)
        self._nose_height = nose_height

    def point(self, frame: int, source: np.ndarray) -> np.ndarray:
        """A point of the take -> dm from the middle of the body's shoulders, at depth 0."""
        x, y, _ = (source - self._middles[frame]) * self.scale
        # The head of a seated signer is seldom above the middle of the shoulders; the body's is.
        x -= self._source_nose_x * np.clip(y / self._source_nose_height, 0, 1)
        if y >= self._source_nose_height:
            y += self._nose_height - self._source_nose_height
        elif y > 0:
            y *= self._nose_height / self._source_nose_height
        return np.array([x, y, 0.0])
