import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from recognizer import bundle

ROOT = Path(__file__).parents[2]
MODEL_DIR = ROOT / "models" / "default"
START_SECONDS = 60


class Container:
    """A real `python -m cloud_inference serve` process."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cloud_inference", "serve"],
            env={
                **os.environ,
                "CERCA_HOST": "127.0.0.1",
                "SAGEMAKER_BIND_TO_PORT": str(self.port),
                "SAGEMAKER_MODEL_DIR": str(MODEL_DIR),
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
        )

    def ping(self) -> int | None:
        """The status of /ping, None while nothing listens."""
        # Not httpx: it takes so long to set up a client that a whole start may pass meanwhile.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/ping")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def wait_until_ready(self) -> list[int | None]:
        """The statuses of /ping on the way to 200."""
        seen: list[int | None] = []
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            seen.append(self.ping())
            if seen[-1] == 200:
                return seen
        raise AssertionError(f"not ready; /ping gave {seen[-5:]}")

    def end(self) -> tuple[int, str]:
        """Exit code and stderr after SIGTERM."""
        self.process.terminate()
        return self.end_by_itself()

    def end_by_itself(self) -> tuple[int, str]:
        _, stderr = self.process.communicate(timeout=30)
        return self.process.returncode, stderr


@pytest.fixture(scope="session")
def endpoint() -> Iterator[httpx.Client]:
    container = Container()
    try:
        container.wait_until_ready()
        with httpx.Client(base_url=container.url, timeout=30) as client:
            yield client
    finally:
        container.end()


@pytest.fixture
def start() -> Iterator[Callable[..., Container]]:
    """Starts containers and ends whatever the test left running."""
    containers: list[Container] = []

    def started(**environment: str) -> Container:
        containers.append(Container(**environment))
        return containers[-1]

    yield started
    for container in containers:
        if container.process.poll() is None:
            container.process.kill()
        container.process.communicate()


@pytest.fixture(scope="session")
def native() -> Callable[[np.ndarray], np.ndarray]:
    """The same model file under ONNX Runtime in this process: keypoints -> logits."""
    import onnxruntime

    session = onnxruntime.InferenceSession(bundle.load(MODEL_DIR).model().path)
    return lambda keypoints: session.run(["logits"], {"keypoints": keypoints.astype(np.float32)})[0]


@pytest.fixture(scope="session")
def keypoints() -> np.ndarray:
    """float32 [40, 54, 2] with a hand missing in every third frame and one coordinate missing."""
    values = np.random.default_rng(7).uniform(0.2, 0.8, (40, 54, 2)).astype(np.float32)
    values[::3, 11:32] = np.nan
    values[5, 0, 1] = np.nan
    return values
