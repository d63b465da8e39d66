"""What extracts keypoints: an engine opens sessions, each a browser page or a process, which take clips one by one."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

# The highest rate that the site's page takes.
EVERY_FRAME = 120.0


@dataclass(frozen=True)
class Extracted:
    """One clip. `keypoints`: float32 [frames, 54, 2], image-normalised, NaN where missing. `width`, `height`: pixels
    of the upright picture that the landmarkers saw. `rate`: frames a second that were asked for, or less for a clip
    longer than the model takes. `duration`: seconds."""

    keypoints: np.ndarray
    width: int
    height: int
    rate: float
    duration: float

    @property
    def fps(self) -> float:
        """Frames a second that the keypoints have: the clip's own rate where that is lower than `rate`."""
        return min(self.rate, len(self.keypoints) / self.duration) if self.duration else self.rate


class Session(Protocol):
    """`identity`: everything besides the clip that decides its keypoints (engine, versions, options), as JSON."""

    identity: dict[str, Any]

    async def extract(self, clip: Path) -> Extracted:
        """Raises ClipRefused for this clip; ExtractionError where no clip will fare better."""
        ...


class Engine(Protocol):
    name: str

    def check(self) -> None:
        """Raises LoadtestError, at once, where something that it needs is not installed."""
        ...

    def session(self) -> AbstractAsyncContextManager[Session]:
        """Opens one session; several run side by side. Raises ExtractionError."""
        ...
