"""Child processes that cannot outlive the stack, however it ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PROJECT_ROOT = Path(__file__).parents[2]
"""Where `python -m` runs, so that a caller's own folder named `infra` is never taken for ours."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> Callable[[], None] | None:
    """A `preexec_fn` after which the kernel kills the child when its parent ends (Linux; None elsewhere).

    "Parent" is the thread that forked: call this only from a main thread.
    """
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def before_exec() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above took hold
            os._exit(1)

    return before_exec


def spawn(module: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Starts `python -m <module>` bound to this process; stdout and stderr go to `log`. Call from the main thread."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            env=dict(environment),
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def terminate(process: subprocess.Popen[bytes], seconds: float) -> None:
    """SIGTERM, then SIGKILL after `seconds`."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(process)
