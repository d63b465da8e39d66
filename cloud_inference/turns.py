"""The queue in front of the model: whose turn it is, how long a newcomer would wait, where an inference runs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from cloud_inference.errors import Busy

MOST_WAIT_SECONDS = 0.075
"""Longest wait that a newcomer may expect; beyond it, 429 at once serves it better."""

MOST_ARRIVING = 128
"""Bodies that may be on their way at once: many that come together would all be read before the first one waits."""

SMOOTHING = 0.05
"""Weight of the newest gap in the mean gap: the last twenty or so requests decide, and no single slow one."""

Result = TypeVar("Result")
Run = Callable[[Callable[[], Any]], Awaitable[Any]]
"""What `Turns.run` is: does an inference, where it does least harm to the others."""


class Turns:
    """`async with turns:` around all the work of one request; inside it `await turns.run(inference)`.

    Of the event loop's thread, only inferences are taken away: ONNX Runtime releases the interpreter lock, while
    decoding and encoding hold it wherever they run. One turn more than inferences side by side, so that the next
    request is decoded meanwhile.
    """

    def __init__(self, inferences: int, limit: int) -> None:
        """inferences: how many run side by side. limit: requests that may wait or have their turn."""
        self.waiting = 0
        self._arriving = 0
        self._limit = limit
        self._turns = inferences + 1
        self._free = asyncio.Semaphore(self._turns)
        self._threads = ThreadPoolExecutor(inferences, "inference")
        self._mean_gap = 0.0
        self._last_end: float | None = None

    @property
    def expected_wait(self) -> float:
        """Seconds until a newcomer's turn, by the mean gap between two ends while others waited; 0 when there is a
        turn for it, so that a mean from worse times cannot refuse everybody."""
        return max(0, self.waiting + 1 - self._turns) * self._mean_gap

    def check(self) -> None:
        """Raises Busy when a newcomer would be one too many or would wait too long."""
        if self.waiting >= self._limit or self.expected_wait > MOST_WAIT_SECONDS:
            raise Busy("busy", f"{self.waiting} requests are already waiting for the model; try again shortly.")

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Around the reading of a body, which takes no turn: a slow client must not hold up the others. Raises Busy."""
        self.check()
        if self._arriving >= MOST_ARRIVING:
            raise Busy("busy", f"{self._arriving} requests are already arriving; try again shortly.")
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    async def __aenter__(self) -> None:
        """Waits for a turn. Raises Busy."""
        self.check()
        self.waiting += 1
        try:
            await self._free.acquire()
        except asyncio.CancelledError:
            self.waiting -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._free.release()
        self.waiting -= 1
        now = time.perf_counter()
        if self._last_end is not None:
            self._mean_gap += SMOOTHING * (now - self._last_end - self._mean_gap)
        # A gap in which nobody waited tells how rarely requests come, not how long they take.
        self._last_end = now if self.waiting else None

    async def run(self, inference: Callable[[], Result]) -> Result:
        """On a thread when others wait; here when alone, which spares the two hand-overs."""
        if self.waiting == 1:
            return inference()
        return await asyncio.get_running_loop().run_in_executor(self._threads, inference)
