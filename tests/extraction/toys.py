"""A made-up person and made-up engines, so that extraction and divergence are tested without a browser or MediaPipe."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from infra.commands import SHIPPED_BUNDLE
from loadtests.extraction.engine import Extracted
from loadtests.extraction.errors import ClipRefused
from recognizer import bundle as bundles

BUNDLE = bundles.load(SHIPPED_BUNDLE)
PLACE = {point["name"]: k for k, point in enumerate(BUNDLE.keypoints)}
SIZE = (640, 480)


def person(frames: int = 10, seed: int = 0) -> np.ndarray:
    """float32 [frames, 54, 2]: everything in view, shoulders 0.25 of the width apart."""
    keypoints = np.random.default_rng(seed).uniform(0.3, 0.7, (frames, len(PLACE), 2)).astype(np.float32)
    keypoints[:, PLACE["left_shoulder"]] = 0.625, 0.5
    keypoints[:, PLACE["right_shoulder"]] = 0.375, 0.5
    return keypoints


def extracted(keypoints: np.ndarray, rate: float = 120.0, fps: float = 10.0) -> Extracted:
    return Extracted(keypoints, *SIZE, rate=rate, duration=len(keypoints) / fps)


class ToyEngine:
    """Gives each clip the keypoints that `of` makes of its path, or raises what that raises. `asked`: clips that
    were really extracted."""

    name = "toy"

    def __init__(self, of=lambda path: extracted(person()), version: int = 1) -> None:
        self._of = of
        self.version = version
        self.asked: list[str] = []
        self.open = 0

    def check(self) -> None:
        pass

    @asynccontextmanager
    async def session(self) -> AsyncIterator["ToyEngine"]:
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    @property
    def identity(self) -> dict:
        return {"engine": self.name, "versions": {"toy": self.version}, "options": {"fps": 120.0}}

    async def extract(self, clip: Path) -> Extracted:
        await asyncio.sleep(0)
        self.asked.append(clip.name)
        return self._of(clip)


def refuse(path: Path) -> Extracted:
    raise ClipRefused("no_person", f"Nobody was found in {path.name}.")
