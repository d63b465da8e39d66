"""Cold starts of the Lambda function: the real runtime client, from exec until it asks for its first event."""

import asyncio
import contextlib
import json
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.environment import HANDLER, lambda_variables
from infra.local.processes import kill, spawn
from loadtests.coldstart.endpoints import SIGNAL_SECONDS
from loadtests.coldstart.errors import ColdStartError
from loadtests.recorder import Recorder, Trial

MEASURED = "loadtests.coldstart.measured_handler.handler"
INIT_SECONDS = 30


@dataclass(frozen=True)
class Init:
    """Milliseconds. init: exec until the first `/next`; of it boot: the interpreter and the runtime client, up to the
    function's own code; imports: that code, its clients made."""

    init: float
    boot: float
    imports: float


class _RuntimeApi:
    """Answers nobody: it only notes when the first event was asked for."""

    def __init__(self) -> None:
        self.asked: float | None = None
        self.heard = threading.Event()
        self.over = threading.Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                api.asked = api.asked or time.monotonic()
                api.heard.set()
                api.over.wait()

            def do_POST(self) -> None:
                api.heard.set()
                self.send_response(202)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._serving.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._serving.join()
        self._server.socket.close()


@contextlib.contextmanager
def _runtime_api() -> Iterator[_RuntimeApi]:
    api = _RuntimeApi()
    try:
        yield api
    finally:
        api.close()


def measure_init() -> Init:
    """One cold start of the function that the project ships. Main thread only. Raises ColdStartError."""
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder, _runtime_api() as api:
        log = Path(folder) / "lambda.log"
        variables = lambda_variables(api.address, provisioned=False) | {
            "_HANDLER": MEASURED,
            "CERCA_MEASURED_HANDLER": HANDLER,
            "CERCA_ENDPOINT_NAME": "cerca",
        }
        began = time.monotonic()
        process = spawn(["awslambdaric", MEASURED], variables, log)
        try:
            api.heard.wait(INIT_SECONDS)
        finally:
            kill(process)
        said = log.read_text(errors="replace")
    marks = next((json.loads(line)["init"] for line in said.splitlines() if line.startswith('{"init"')), None)
    if api.asked is None or marks is None:
        raise ColdStartError(f"The function did not initialise: {said.strip()[-300:] or 'it said nothing'}")
    return Init((api.asked - began) * 1e3, (marks["begun"] - began) * 1e3, (marks["imported"] - marks["begun"]) * 1e3)


async def function_inits(recorder: Recorder, runs: int) -> AsyncIterator[None]:
    """`runs` inits, recorded with their split; yields after each. Raises ColdStartError."""
    for number in range(runs):
        found = measure_init()
        steps = {"lambda_exec_to_ready": found.init, "lambda_boot": found.boot, "lambda_imports": found.imports}
        recorder.steps(Trial("cold", number, None), "cloud", steps, clock="driver")
        yield
        await asyncio.sleep(SIGNAL_SECONDS)
