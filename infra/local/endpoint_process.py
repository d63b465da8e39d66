"""The endpoint's process as SageMaker runs a container: start, wait for /ping to say 200, kill."""

import http.client
import os
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import EndpointDown
from infra.local.processes import kill, spawn, terminate

START_SECONDS = 60
"""Longest start; SageMaker allows several minutes, for models of several gigabytes."""

DRAIN_SECONDS = 2

_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class EndpointModel:
    """What the endpoint serves: a bundle's folder and one of its files (None: the manifest's default)."""

    bundle: Path
    model_file: str | None = None


class EndpointProcess:
    """One running `python -m cloud_inference serve` on a free loopback port."""

    def __init__(self, model: EndpointModel, log: Path) -> None:
        """Starts the process and returns at once. Call from the main thread."""
        self._log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        self.port = free_port()
        self._started = time.perf_counter()
        self._process = spawn(["cloud_inference", "serve"], _environment(model, self.port), log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self, seconds: float = START_SECONDS) -> float:
        """Milliseconds from just before exec to the first 200 of /ping.

        Raises EndpointDown, with the process's last line, if it ends before or takes longer than `seconds`.
        """
        while not _answers_200(self.port):
            if not self.alive:
                raise EndpointDown(
                    self._last_words() or f"The endpoint ended with exit code {self._process.returncode}."
                )
            if time.perf_counter() - self._started > seconds:
                self.kill()
                raise EndpointDown(f"The endpoint did not become ready within {seconds:g} s.")
            time.sleep(_POLL_SECONDS)
        return (time.perf_counter() - self._started) * 1e3

    def kill(self) -> None:
        """SIGKILL, as when a machine goes away."""
        kill(self._process)

    def stop(self) -> None:
        """SIGTERM, and time to finish requests under way."""
        terminate(self._process, DRAIN_SECONDS)

    def _last_words(self) -> str:
        with open(self._log, "rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("cloud_inference: ") if lines else ""


def exec_to_ready(bundle: Path, model_file: str | None = None) -> float:
    """Milliseconds from exec to the first 200 of /ping of a fresh endpoint process, which is killed afterwards.

    Raises EndpointDown if it does not start. Call from the main thread.
    """
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        endpoint = EndpointProcess(EndpointModel(bundle, model_file), Path(folder) / "endpoint.log")
        try:
            return endpoint.wait_until_ready()
        finally:
            endpoint.kill()


def _environment(model: EndpointModel, port: int) -> dict[str, str]:
    environment = {
        **os.environ,
        "CERCA_HOST": "127.0.0.1",
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_MODEL_DIR": str(model.bundle.resolve()),
    }
    if model.model_file is not None:
        environment["CERCA_MODEL_FILE"] = model.model_file
    return environment


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers_200(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
