"""Being on time: a sleep that ends when it should, and a process that the others do not hold up."""

import ctypes
import os
import sys
from typing import Self

import gevent
from gevent import get_hub

_CLOCK_MONOTONIC = 1
_NONBLOCK_CLOEXEC = 0o2004000
_READ = 1

SHORTEST_SECONDS = 1e-6
COARSE_SECONDS = 0.0015
"""gevent's own timers are whole milliseconds, rounded up."""


class _Times(ctypes.Structure):
    """struct itimerspec: interval and value, seconds and nanoseconds each."""

    _fields_ = [(name, ctypes.c_long) for name in ("every_s", "every_ns", "first_s", "first_ns")]


class Alarm:
    """A sleep for one greenlet, while the others go on. On Linux the kernel wakes it (timerfd), to some 50 us;
    elsewhere it looks again and again for the last milliseconds."""

    def __init__(self) -> None:
        self._timer = -1
        if sys.platform == "linux":
            self._libc = ctypes.CDLL(None, use_errno=True)
            self._timer = self._libc.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        self._watcher = get_hub().loop.io(self._timer, _READ) if self._timer >= 0 else None
        self._times = _Times()

    def sleep(self, seconds: float) -> None:
        """May end early where there is no timerfd: look at the clock afterwards, and call again."""
        if self._watcher is None:
            gevent.sleep(seconds - COARSE_SECONDS if seconds > COARSE_SECONDS else 0)
            return
        whole = int(max(seconds, SHORTEST_SECONDS))
        self._times.first_s = whole
        self._times.first_ns = int((max(seconds, SHORTEST_SECONDS) - whole) * 1e9)
        self._libc.timerfd_settime(self._timer, 0, ctypes.byref(self._times), None)
        get_hub().wait(self._watcher)
        os.read(self._timer, 8)

    def close(self) -> None:
        if self._timer >= 0:
            self._watcher.close()
            os.close(self._timer)
            self._timer = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def come_first(pid: int = 0) -> bool:
    """Puts a process (this one) before all ordinary ones on this machine, where that is allowed; whether it was.

    What it measures is usually on the same machine, and would hold up the sending and the clock with its own work, as
    no client elsewhere is held up. Children are ordinary again.
    """
    try:
        os.sched_setscheduler(pid, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
        return True
    except (AttributeError, OSError):
        return False
