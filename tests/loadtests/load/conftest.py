from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recognizer.datasets import save_ragged
from recognizer.datasets.recording import Recording, gathered
from tests.loadtests.load.toy_server import Toy, ToyServer


@pytest.fixture(scope="session")
def keypoints_file(tmp_path_factory) -> Path:
    """A dataset of three clips of 20, 30 and 40 frames."""
    random = np.random.default_rng(3)
    recordings = [
        Recording(random.uniform(0.2, 0.8, (frames, 54, 2)).astype(np.float32), f"clip-{frames}", "hello")
        for frames in (20, 30, 40)
    ]
    path = tmp_path_factory.mktemp("keypoints") / "keypoints.npz"
    dataset = gathered("three", recordings)
    save_ragged(dataset, path, dataset.source)
    return path


@pytest.fixture
def toy() -> Iterator[Toy]:
    toy = Toy()
    with ToyServer(toy) as server:
        yield toy
        server.shutdown()
