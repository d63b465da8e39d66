"""When this process reached each stage of its start, for who measures that: off unless `CERCA_START_MARKS` is set.

One JSON line on stderr, when the model has run once: stage -> seconds of the system's monotonic clock, which every
process of the machine shares. Nothing is imported here that the start would not need anyway.
"""

import os
import sys
from time import monotonic

from cloud_inference import BEGUN

_marks = {"interpreter": BEGUN}


def mark(stage: str) -> None:
    """The stage ends now."""
    _marks[stage] = monotonic()


def report() -> None:
    """Says the marks, where they were asked for."""
    if os.environ.get("CERCA_START_MARKS"):
        import json

        print(json.dumps({"start": _marks}), file=sys.stderr, flush=True)
