"""The queue by itself: who is refused, what runs beside what, on which thread."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from cloud_inference import turns
from cloud_inference.errors import Busy
from cloud_inference.turns import Turns


@pytest.fixture
def run() -> Iterator[Callable[[Coroutine], Any]]:
    """Runs a coroutine; all of a test on one event loop."""
    with asyncio.Runner() as runner:
        yield runner.run


async def ask_together(queue: Turns, requests: int, seconds: float) -> list[str]:
    """What becomes of requests that arrive at once and whose work takes `seconds` of the one turn."""

    async def one() -> str:
        try:
            async with queue:
                await asyncio.sleep(seconds)
                return "done"
        except Busy:
            return "busy"

    return await asyncio.gather(*(one() for _ in range(requests)))


def test_beyond_the_limit_requests_are_refused_at_once(run):
    assert run(ask_together(Turns(1, limit=5), 8, seconds=0.001)) == ["done"] * 5 + ["busy"] * 3


def test_who_would_wait_too_long_is_refused_though_there_is_a_place(run, monkeypatch):
    monkeypatch.setattr(turns, "SMOOTHING", 0.5)
    queue = Turns(1, limit=64)
    slow = turns.MOST_WAIT_SECONDS / 3
    assert set(run(ask_together(queue, 12, slow))) == {"done"}  # nothing is known yet
    outcome = run(ask_together(queue, 30, slow))
    assert 2 <= outcome.count("done") < 20
    assert queue.waiting == 0


def test_a_slow_past_refuses_nobody_for_whom_there_is_a_turn(run, monkeypatch):
    monkeypatch.setattr(turns, "SMOOTHING", 1)
    queue = Turns(1, limit=64)
    run(ask_together(queue, 4, turns.MOST_WAIT_SECONDS * 2))
    assert run(ask_together(queue, 2, 0)) == ["done", "done"]
    assert set(run(ask_together(queue, 2, 0))) == {"done"}
    assert queue.expected_wait == 0


def test_inferences_run_side_by_side_and_one_alone_stays_on_its_thread(run):
    queue = Turns(2, limit=64)
    together = threading.Barrier(2, timeout=10)

    async def one(inference):
        async with queue:
            await asyncio.sleep(0)  # as the application does: the other one has arrived
            return await queue.run(inference)

    async def two():
        return await asyncio.gather(one(together.wait), one(together.wait))

    assert sorted(run(two())) == [0, 1]  # each waited for the other
    assert run(one(threading.current_thread)) is threading.current_thread()


def test_a_failed_inference_gives_its_turn_back(run):
    queue = Turns(1, limit=64)

    def fail() -> None:
        raise ValueError

    async def one() -> None:
        async with queue:
            await queue.run(fail)

    for _ in range(5):
        with pytest.raises(ValueError):
            run(one())
    assert queue.waiting == 0


def test_a_request_cancelled_while_it_waits_leaves_the_queue(run):
    queue = Turns(1, limit=64)

    async def cancel_one() -> None:
        async def hold() -> None:
            async with queue:
                await asyncio.sleep(0.05)

        tasks = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0.01)
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(cancel_one())
    assert queue.waiting == 0
    assert run(ask_together(queue, 3, 0)) == ["done"] * 3
