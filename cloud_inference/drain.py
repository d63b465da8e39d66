"""The end of a container: requests under way are finished, later ones refused, then the server may stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Drain:
    """Counts the requests under way. The port stays open until `finished`, so that a caller who comes too late is
    told so rather than met with a reset."""

    def __init__(self) -> None:
        self._under_way = 0
        self._deadline: float | None = None

    def begin(self, seconds: float) -> None:
        """seconds: the longest that requests under way are waited for."""
        self._deadline = time.monotonic() + seconds

    @contextmanager
    def request(self) -> Iterator[None]:
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    @property
    def begun(self) -> bool:
        return self._deadline is not None

    @property
    def finished(self) -> bool:
        return self._deadline is not None and (self._under_way == 0 or time.monotonic() > self._deadline)
