"""What turns clips into keypoints, for every command that takes a dataset.

This package imports none of the others, so `cerca` puts the extractor here (cerca/main.py).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recognizer.datasets import Dataset

Extract = Callable[[Path], "Dataset"]
"""Keypoints of the clips in a folder or of a manifest.csv, with notes on those that could not be used. Raises
DatasetError."""

of_clips: Extract | None = None
"""None outside `cerca`: then clips must have gone through `cerca extract`."""
