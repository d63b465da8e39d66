"""The parent's side of `python -m infra.local`: start it, talk to it in JSON lines, end it."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.errors import LocalStackError, StartFailed
from infra.local.processes import PROJECT_ROOT

STOP_SECONDS = 10


class Child:
    """A running part of the stack. `ready` is what it reported about itself. Usable from any thread."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Returns when the part listens. Raises StartFailed with its sentence if it does not."""
        self._lock = threading.Lock()
        # A session of its own: Ctrl-C in the terminal reaches the parent alone, which then stops it in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            cwd=PROJECT_ROOT,
        )
        try:
            self.ready = self._read()
        except BaseException:
            self.stop()
            raise
        if "error" in self.ready:
            self.stop()
            raise StartFailed(self.ready["error"])

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Raises LocalStackError if the part has ended."""
        with self._lock:
            try:
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
                self._process.stdin.flush()
            except (OSError, ValueError):
                raise LocalStackError("The local stack is not running; start it again.") from None
            return self._read()

    def stop(self) -> None:
        """Ends it and everything it started. Safe to call twice."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            raise LocalStackError("The local stack ended unexpectedly; its last words are on stderr.")
        return json.loads(line)
