"""Runs as processes of this machine."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from recognizer import files
from recognizer.study import entry
from recognizer.study.plan import Run
from recognizer.study.store import WEIGHTS, Store

PATIENCE_S = 5
"""How long a stopped process may take to end before it is killed."""
EPOCH_LINE = re.compile(r"^epoch (\d+)/(\d+) ", re.MULTILINE)


class LocalJob:
    """One run in a process of its own, in a session of its own: Ctrl-C reaches it through its study only."""

    def __init__(self, run: Run, store: Store, teacher: str | None) -> None:
        self.prefix = store.partial(run.id)
        self._lay_out(run, store, teacher)
        self.log = self.prefix / entry.MODEL / "log.txt"
        command = [sys.executable, "-m", "recognizer.study.entry", "--prefix", self.prefix, "--parent", os.getpid()]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> Path | None:
        """The folder of the result once there is one. Raises ChildProcessError, one sentence, if the run failed."""
        code = self._process.poll()
        if code is None:
            return None
        if code:
            raise ChildProcessError(self._reason(code))
        return self.prefix / entry.MODEL

    def progress(self) -> float:
        """Share of the epochs that are done, 0 to 1."""
        epochs = EPOCH_LINE.findall(self.log.read_text(errors="replace"))
        return int(epochs[-1][0]) / int(epochs[-1][1]) if epochs else 0.0

    def stop(self) -> None:
        """Ends the process and removes what it has written."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.prefix, ignore_errors=True)

    def _reason(self, code: int) -> str:
        failure = self.prefix / entry.FAILURE
        if failure.exists():
            return failure.read_text()
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}; too little memory is a common cause."
        return f"its process ended with code {code}; {self.log} has its last words."

    def _lay_out(self, run: Run, store: Store, teacher: str | None) -> None:
        shutil.rmtree(self.prefix, ignore_errors=True)
        spec = entry.hyperparameters(run, store.data_sha256, teacher)
        files.write(self.prefix / entry.HYPERPARAMETERS, json.dumps(spec).encode())
        inputs = {entry.DATA: store.data} | ({entry.TEACHER: store.final(teacher) / WEIGHTS} if teacher else {})
        for place, source in inputs.items():
            (self.prefix / place).parent.mkdir(parents=True)
            (self.prefix / place).symlink_to(source.resolve())
        (self.prefix / entry.MODEL).mkdir()


class Local:
    """Starts runs on this machine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, run: Run, teacher: str | None) -> LocalJob:
        return LocalJob(run, self._store, teacher)
