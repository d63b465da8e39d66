from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest

from infra.local import LocalCloud

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "models" / "default"


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """The local stack with room for two Lambda environments, shared: a test may make it cold or kill its parts."""
    with LocalCloud(BUNDLE, concurrency=2) as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as opened:
        yield opened


@pytest.fixture(scope="session")
def keypoints() -> np.ndarray:
    """float32 [40, 54, 2], image-normalised, one hand missing throughout."""
    values = np.random.default_rng(11).uniform(0.2, 0.8, (40, 54, 2)).astype(np.float32)
    values[:, 11:32] = np.nan
    return values


def stack_processes(module: str) -> list[psutil.Process]:
    """Descendants of the tests that run `python -m <module> ...`."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if module in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def built_site() -> None:
    if not (ROOT / "edge_site" / "dist" / "index.html").exists():
        pytest.skip("the site is not built: `make site`, which `make test` runs first, does it")
