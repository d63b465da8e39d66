"""Other point sets, mapped onto this project's 54."""

import numpy as np

from recognizer import keypoints as kp


def missing_as_nan(keypoints: np.ndarray) -> np.ndarray:
    """float32 copy of `keypoints` [..., 2], with NaN for the points that a dataset marks as missing by (0, 0)."""
    with np.errstate(over="ignore"):  # infinite now, and refused for it later
        keypoints = keypoints.astype(np.float32)
    keypoints[(keypoints == 0).all(-1)] = np.nan
    return keypoints


def with_neck(keypoints: np.ndarray) -> np.ndarray:
    """`keypoints` [frames, 54, 2] with the neck halfway between the shoulders wherever it is missing."""
    with np.errstate(invalid="ignore", over="ignore"):  # infinite coordinates are refused later
        middle = (keypoints[:, kp.INDEX["left_shoulder"]] + keypoints[:, kp.INDEX["right_shoulder"]]) / 2
    neck = keypoints[:, kp.NECK]
    keypoints[:, kp.NECK] = np.where(np.isnan(neck), middle, neck)
    return keypoints


def pick(points: np.ndarray, order: np.ndarray) -> np.ndarray:
    """float32 [frames, 54, 2]: of `points` [frames, k, 2] those of the indices `order` int [54], -1 = NaN."""
    picked = points[:, order].astype(np.float32)
    picked[:, order < 0] = np.nan
    return with_neck(picked)
