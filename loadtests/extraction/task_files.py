"""Where the landmarker files are: the cache that scripts/landmarkers.py fills for the site too."""

import os
from pathlib import Path

from loadtests.extraction.errors import ExtractionError

POSE_TASK, HAND_TASK = "pose_landmarker_full.task", "hand_landmarker.task"


def cache_folder() -> Path:
    """`$CERCA_CACHE`, else `$XDG_CACHE_HOME/cerca`, else `~/.cache/cerca`."""
    if cache := os.environ.get("CERCA_CACHE"):
        return Path(cache)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cerca"


def task_file(name: str) -> Path:
    """Raises ExtractionError where it is missing."""
    path = cache_folder() / "landmarkers" / name
    if not path.exists():
        raise ExtractionError(f"{path} is missing; run `python scripts/landmarkers.py` once.")
    return path
