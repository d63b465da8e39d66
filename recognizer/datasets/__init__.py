"""Labelled clips of keypoints: in memory (`Dataset`), and read from files (`load`)."""

from recognizer.datasets.dataset import Dataset
from recognizer.datasets.npz import load

__all__ = ["Dataset", "load"]
