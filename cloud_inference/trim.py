"""Memory back to the system after a rush: glibc keeps what many bodies at once took, for another that may not come."""

import asyncio
import contextlib
import ctypes
from collections.abc import Callable

QUIET_SECONDS = 1.0
"""Without a refusal for that long, a rush is over. During one, memory that goes would only come back."""


def trim() -> None:
    """A matter of a millisecond or two. Does nothing where the C library is not glibc."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class TrimAfterRush:
    """`trim`, QUIET_SECONDS after the last of the refusals that `refused` is told of."""

    def __init__(self, trim: Callable[[], None] = trim, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._trim = trim
        self._quiet = quiet_seconds
        self._waiting = False
        self._latest = 0.0

    def refused(self) -> None:
        loop = asyncio.get_running_loop()
        self._latest = loop.time()
        if not self._waiting:
            self._waiting = True
            loop.call_later(self._quiet, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        left = self._latest + self._quiet - loop.time()
        if left > 0:
            loop.call_later(left, self._look)
            return
        self._waiting = False
        self._trim()
