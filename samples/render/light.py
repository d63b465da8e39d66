"""Two lamps, a gloss and the darkness of hollows."""

import cv2
import numpy as np

from .vectors import unit

KEY, FILL = (unit(np.array(lamp, np.float32)) for lamp in ((-0.45, 0.55, 0.7), (0.7, 0.1, 0.6)))
AMBIENT, KEY_STRENGTH, FILL_STRENGTH = 0.40, 0.55, 0.16
GLOSS, GLOSS_EXPONENT = 0.07, 25
HALFWAY = unit(KEY + np.array([0, 0, 1], np.float32))  # between lamp and camera
HOLLOW_STRENGTH = 0.004  # for each pixel of depth below the surroundings
HOLLOW_LEAST = 0.62


def lit(colours: np.ndarray, normals: np.ndarray, hollows: np.ndarray) -> np.ndarray:
    """RGB [n, 3] under the lamps; `normals` [n, 3] of length one, `hollows` [n] in (0, 1]."""
    diffuse = AMBIENT + KEY_STRENGTH * np.clip(normals @ KEY, 0, 1) + FILL_STRENGTH * np.clip(normals @ FILL, 0, 1)
    gloss = GLOSS * np.clip(normals @ HALFWAY, 0, 1) ** GLOSS_EXPONENT
    return (colours * diffuse[:, None] + 255 * gloss[:, None]) * hollows[:, None]


def hollows(depth: np.ndarray) -> np.ndarray:
    """Screen-space ambient occlusion [h, w]: darker where the blurred `depth` [h, w] (pixels) is nearer."""
    height, width = depth.shape
    # A quarter of the size is enough for a blur this wide.
    small = cv2.resize(depth, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(cv2.GaussianBlur(small, (0, 0), 4), (width, height))
    return np.clip(1 - HOLLOW_STRENGTH * np.clip(blurred - depth - 3, 0, 120), HOLLOW_LEAST, 1)
