import json
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from infra.local import LocalCloud
from loadtests.sockets import request
from tests.cloud_inference.conftest import Container, start
from tests.cloud_inference.wire import npy
from tests.infra.conftest import BUNDLE

__all__ = ["start"]  # the fixture of the container's own tests

CLIP = np.full((70, 54, 2), 0.5, np.float32)
PING = request("GET", "/ping")
NPY_REQUEST = request("POST", "/invocations", npy(CLIP), content_type="application/x-npy")
JSON_REQUEST = request(
    "POST", "/invocations", json.dumps({"keypoints": CLIP.tolist()}).encode(), content_type="application/json"
)


@pytest.fixture(scope="package")
def container() -> Iterator[Container]:
    """One endpoint for all: whatever a test does to it, the next one must find it well."""
    running = Container()
    try:
        running.wait_until_ready()
        yield running
    finally:
        assert running.end() == (0, "")


@pytest.fixture
def process(container) -> psutil.Process:
    return psutil.Process(container.process.pid)


@pytest.fixture(scope="package")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(BUNDLE, concurrency=4) as running:
        yield running
