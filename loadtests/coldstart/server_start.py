"""A server from exec to its first answers, and where the time went."""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.endpoint_process import free_port
from infra.local.processes import kill, spawn
from loadtests.coldstart.errors import ColdStartError

START_SECONDS = 120
STAGES = ("interpreter", "imports", "model", "first_run")
"""Of `cloud_inference.marks`, in their order."""

_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class Start:
    """Milliseconds from just before the start. ready: first 200 of /ping; first_answer: first prediction, asked for
    when that was there, as SageMaker does. stages: how long each of STAGES took, where the server says so."""

    ready: float
    first_answer: float
    stages: dict[str, float]


def start_process(module: list[str], environment: Mapping[str, str], body: bytes, log: Path) -> Start:
    """Starts `python -m <module>` on a free loopback port and kills it when it has answered. Main thread only.

    body: of the first prediction, JSON. log: a new file. Raises ColdStartError.
    """
    port = free_port()
    settings = {"CERCA_HOST": "127.0.0.1", "SAGEMAKER_BIND_TO_PORT": str(port), "CERCA_START_MARKS": "1"}
    began = time.monotonic()
    process = spawn(module, {**os.environ, **settings, **environment}, log)
    try:
        ready, first_answer = first_answers(port, body, began, lambda: _alive(process, module, log))
    finally:
        kill(process)
    return Start(ready, first_answer, stages(log.read_text(errors="replace"), began))


def first_answers(port: int, body: bytes, began: float, check: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds from `began` (of `time.monotonic`) to the first 200 of /ping and to the first prediction.

    `check` raises when there is nothing left to wait for. Raises ColdStartError after START_SECONDS.
    """
    ready = None
    while time.monotonic() - began < START_SECONDS:
        check()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/ping")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                ready = (time.monotonic() - began) * 1e3
                connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
                if connection.getresponse().status == 200:
                    return ready, (time.monotonic() - began) * 1e3
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(_POLL_SECONDS)
    raise ColdStartError(f"The server on port {port} gave no answer within {START_SECONDS} s.")


def stages(log: str, began: float) -> dict[str, float]:
    """Milliseconds of each of STAGES, from what the server wrote; empty where it wrote nothing of the kind."""
    for line in log.splitlines():
        if line.startswith('{"start"'):
            marks = json.loads(line)["start"]
            instants = [began, *(marks[stage] for stage in STAGES)]
            return {
                stage: (after - before) * 1e3
                for stage, before, after in zip(STAGES, instants, instants[1:], strict=False)
            }
    return {}


def _alive(process: subprocess.Popen[bytes], module: list[str], log: Path) -> None:
    if process.poll() is not None:
        last = log.read_text(errors="replace").strip()[-300:]
        raise ColdStartError(f"{' '.join(module)} ended before it answered: {last}")
