"""What one process of a load knows: the stages, its place among the workers, and where its records go."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field

import gevent

from analysis.records import Stage
from loadtests.load.batch import FLUSH_SECONDS, Batch
from loadtests.load.clock import now
from loadtests.load.http_client import Answer
from loadtests.load.lines import request_line, server_timings
from loadtests.load.punctual import come_first
from loadtests.load.stages import total_seconds

SELDOM = 100_000
"""Allocations between two collections while a load runs: a collection holds up whatever is due then."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that a user acts. `number` counts over the load; `due`: Unix seconds, None in a closed workload."""

    number: int
    stage: int
    due: float | None


@dataclass
class LoadProcess:
    """`started`: Unix seconds, the same in every process of the load. `finished` is called once all users have left."""

    load: str
    stages: list[Stage]
    started: float
    batch: Batch
    finished: Callable[[], object]
    worker: int = 0
    workers: int = 1
    _users: int = field(default=0, init=False)
    _requests: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._name = str(self.worker)

    @property
    def open(self) -> bool:
        return self.stages[0].rate is not None

    @property
    def ends(self) -> float:
        """Unix seconds."""
        return self.started + total_seconds(self.stages)

    def begin(self) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(SELDOM, 50, 50)
        come_first()
        gevent.spawn(self._flush_often)

    def enter(self) -> int:
        """A user comes; its number over the whole load."""
        self._users += 1
        return (self._users - 1) * self.workers + self.worker

    def leave(self) -> None:
        self._users -= 1
        if self._users == 0:
            self.batch.flush()
            self.finished()

    def record(
        self,
        name: str,
        turn: Turn | None = None,
        sent: float = 0.0,
        ended: float = 0.0,
        answer: Answer | None = None,
        bytes_up: int = 0,
        bytes_down: int = 0,
        status: int | None = None,
        exception: Exception | None = None,
        **_: object,
    ) -> None:
        """The listener of Locust's `request` event: its raw record. An event that no LoadUser fired is not ours.

        The server's own timings and its id came with the very answer, so they belong to this request and no other.
        """
        if turn is None:
            return
        self._requests += 1
        request_id, server = None, {}
        if answer is not None:
            status = answer.status
            bytes_down = answer.received
            request_id = answer.header("x-amzn-requestid")
            server = server_timings(answer.header("server-timing") or "")
        self.batch.add(
            request_line(
                load=self.load,
                stage=turn.stage,
                id=request_id or f"{self.load}-{self.worker}-{self._requests}",
                name=name,
                worker=self._name,
                due=turn.due,
                sent=sent,
                ended=ended,
                status=status,
                error=None if exception is None or answer is not None else f"{type(exception).__name__}: {exception}",
                bytes_up=bytes_up,
                bytes_down=bytes_down,
                server=server,
            )
        )

    def _flush_often(self) -> None:
        while now() < self.ends + 3600:
            gevent.sleep(FLUSH_SECONDS)
            self.batch.flush()
