"""Durations of one request's steps, in the notation of the `Server-Timing` header."""

from time import perf_counter


class Stopwatch:
    """Names consecutive laps: each one lasts from the end of the previous to its own `lap` call.
    `laps` holds their names and milliseconds."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self.laps: list[tuple[str, float]] = []

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps.append((name, (now - self._last) * 1e3))
        self._last = now

    def server_timing(self) -> str:
        """`decode;dur=0.071, queue;dur=0.004`: milliseconds, three decimals."""
        return ", ".join(f"{name};dur={milliseconds:.3f}" for name, milliseconds in self.laps)
