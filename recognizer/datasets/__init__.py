"""Labelled clips of keypoints: in memory (`Dataset`), read from files (`load`), written to one (`save_ragged`).

No torch here: keypoint extraction writes datasets, too.
"""

from recognizer.datasets.dataset import Dataset
from recognizer.datasets.load import load
from recognizer.datasets.ragged import save as save_ragged

__all__ = ["Dataset", "load", "save_ragged"]
