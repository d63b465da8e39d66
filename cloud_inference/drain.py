"""The end of a container: requests under way are finished, later ones refused, then the server may stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 0.2
"""How long the port outlives the last request taken: a caller on a kept connection, about to send its next one, is then
refused with a sentence. Closed at once, its request would meet a reset."""


class Drain:
    """Counts the requests under way. The port stays open until `finished`, so that a caller who comes too late is
    told so rather than met with a reset. Those who come after `begin` are refused and prolong nothing, however many."""

    def __init__(self) -> None:
        self.under_way = 0
        self._awaited = 0
        self._quiet_since = 0.0
        self._deadline: float | None = None

    def begin(self, seconds: float) -> None:
        """seconds: the longest that requests under way are waited for."""
        self._quiet_since = time.monotonic()
        self._deadline = self._quiet_since + seconds

    @contextmanager
    def request(self) -> Iterator[None]:
        awaited = not self.begun
        self.under_way += 1
        self._awaited += awaited
        try:
            yield
        finally:
            self.under_way -= 1
            if awaited:
                self._awaited -= 1
                self._quiet_since = time.monotonic()

    @property
    def begun(self) -> bool:
        return self._deadline is not None

    @property
    def finished(self) -> bool:
        if self._deadline is None:
            return False
        now = time.monotonic()
        quiet = self._awaited == 0 and now - self._quiet_since >= QUIET_SECONDS
        return quiet or now > self._deadline
