"""The open workload's schedule: when each request is due, and waiting for that moment."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analysis.records import Stage
from loadtests.load.clock import now

LOOK_SECONDS = 0.2
"""How often a long wait looks whether the load was stopped."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Arrival:
    """`number` counts from 0 over the whole load and all workers; `due` is in Unix seconds."""

    number: int
    stage: int
    due: float


def arrivals(stages: Sequence[Stage], started: float, worker: int = 0, workers: int = 1) -> Iterator[Arrival]:
    """What `worker` of `workers` has to send: every `workers`-th arrival, so that together they keep the rate.

    The n-th arrival of a stage is due n / rate after it begins; so no more than rate x time were ever due.
    """
    number, begins = 0, started
    for index, stage in enumerate(stages):
        count = int(stage.rate * stage.seconds + _ROUNDING)
        for position in range(count):
            if number % workers == worker:
                yield Arrival(number, index, begins + position / stage.rate)
            number += 1
        begins += stage.seconds


def kept(
    scheduled: Iterator[Arrival],
    stopped: Callable[[], bool],
    clock: Callable[[], float] = now,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Arrival]:
    """Yields each arrival at its moment. One that is overdue comes at once and none is left out: what was waiting
    meanwhile is in its latency. Ends when `stopped`."""
    for arrival in scheduled:
        while (wait := arrival.due - clock()) > 0:
            if stopped():
                return
            sleep(min(wait, LOOK_SECONDS))
        if stopped():
            return
        yield arrival
