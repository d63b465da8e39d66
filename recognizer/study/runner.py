"""All runs of a study, some at a time: what is finished is not done again, what fails does not stop the others."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from recognizer.errors import StudyError
from recognizer.study.plan import Run
from recognizer.study.store import Store

POLL_S = 0.2


class Job(Protocol):
    """A run under way."""

    def poll(self) -> Path | None:
        """The folder of the result once there is one. Raises ChildProcessError, one sentence, if the run failed."""

    def progress(self) -> float:
        """Share of the epochs that are done, 0 to 1."""

    def stop(self) -> None:
        """Ends the run and removes what it has written."""


class Backend(Protocol):
    """Where runs are done."""

    def start(self, run: Run, teacher: str | None) -> Job:
        """Begins `run`; `teacher`: id of the finished run that teaches it."""


@dataclass
class State:
    """How far a study is, all by id. `failed`: one sentence each. `seconds`: of the runs that were done just now."""

    runs: Sequence[Run]
    jobs: int
    results: dict[str, dict]
    failed: dict[str, str] = field(default_factory=dict)
    running: dict[str, Job] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Run]:
        """Neither finished nor failed nor under way, the longest first."""
        known = {*self.results, *self.failed, *self.running}
        return sorted((run for run in self.runs if run.id not in known), key=lambda run: -run.cost)

    def left(self, now: float) -> float | None:
        """Estimated seconds to the end: what is left, at the pace of what was done. None before the first epoch."""
        cost = {run.id: run.cost for run in self.runs}
        shares = {id_: job.progress() for id_, job in self.running.items()}
        done = sum(cost[id_] for id_ in self.seconds) + sum(cost[id_] * share for id_, share in shares.items())
        spent = sum(self.seconds.values()) + sum(now - self.begun[id_] for id_, share in shares.items() if share)
        if not done:
            return None
        rests = [cost[id_] * (1 - share) for id_, share in shares.items()] + [run.cost for run in self.waiting]
        return max(sum(rests) / self.jobs, max(rests, default=0)) * spent / done


def run_all(state: State, store: Store, backend: Backend, on_change: Callable[[State], None]) -> None:
    """Does all runs that are waiting, `state.jobs` at once; stops what is under way if it is interrupted."""
    try:
        while state.running or state.waiting:
            _start(state, store, backend)
            on_change(state)
            _collect(state, store)
            if state.running:
                time.sleep(POLL_S)
    finally:
        _stop(state.running)
    on_change(state)


def _stop(running: dict[str, Job]) -> None:
    """Stops every job, also when one of them cannot be stopped; raises StudyError, which names those."""
    left = {}
    for id_, job in running.items():
        try:
            job.stop()
        except StudyError as error:
            left[id_] = error
    if left:
        reason = next(iter(left.values()))
        raise StudyError(f"These runs could not be stopped and go on, {', '.join(left)}: {reason}")


def _start(state: State, store: Store, backend: Backend) -> None:
    over = {*state.results, *state.failed}
    for run in state.waiting:
        if len(state.running) == state.jobs:
            return
        if not over.issuperset(run.teachers):
            continue
        teacher = best_of([state.results[id_] for id_ in run.teachers if id_ in state.results])
        if run.teachers and teacher is None:
            state.failed[run.id] = "none of the runs that could have taught it succeeded."
            continue
        state.begun[run.id] = time.monotonic()
        state.running[run.id] = backend.start(run, teacher)


def best_of(results: Sequence[dict]) -> str | None:
    """Id of the run with the highest top-1, then the lowest loss, on the validation part: the test has no say."""
    ranked = sorted(results, key=lambda result: (-result["validation_top1"], result["validation_loss"]))
    return ranked[0]["run"]["id"] if ranked else None


def _collect(state: State, store: Store) -> None:
    for id_, job in list(state.running.items()):
        try:
            files = job.poll()
        except ChildProcessError as failure:
            state.failed[id_] = str(failure)
            del state.running[id_]
            continue
        if files is not None:
            store.finish(id_, files)
            state.results[id_] = store.result(id_)
            state.seconds[id_] = time.monotonic() - state.begun[id_]
            del state.running[id_]
