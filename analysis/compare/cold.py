"""Cold starts of both sides; every cold sample stands alone, none is paired with a warm one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.compare.comparison import BaselineStart, ColdPart, ColdStart
from analysis.compare.run_log import COLD_MARKS, RunLog
from analysis.compare.speedup import median
from analysis.compare.trials import Trials
from analysis.statistics import Floats, Ints, Samples, ratio_of_medians, summarise

ENDPOINT_STARTS = ("exec_to_ready", "endpoint_first_answer", "baseline_first_answer", "container_ready")
STARTS = (
    ("edge", ("first_visit", "first_answer", "repeat_visit", "offline_visit")),
    ("cloud", (*ENDPOINT_STARTS, "endpoint_start", "lambda_exec_to_ready", "lambda_init")),
)
PARTS = {
    "exec_to_ready": ("start_interpreter", "start_imports", "start_model", "start_first_run"),
    "lambda_exec_to_ready": ("lambda_boot", "lambda_imports"),
    "first_visit": ("visit_connect", "visit_download", "visit_compile", "visit_session"),
}
FOLLOWS = {"first_visit": "visit_first_frame"}  # what a person waits for next
WHAT_WAS_COLD = {
    frozenset(COLD_MARKS): "round_trip_all_cold",
    frozenset({"endpoint_start"}): "round_trip_endpoint_cold",
    frozenset({"lambda_init"}): "round_trip_lambda_cold",
}


@dataclass(frozen=True)
class ColdSamples:
    """Every start of one kind: milliseconds [n], and bytes over the wire of those that have any."""

    what: str
    path: Literal["edge", "cloud"]
    ms: Floats
    bytes: Ints


def cold_starts(log: RunLog) -> list[ColdStart]:
    """One row for each kind of cold start that the run measured, the edge's first."""
    return [
        ColdStart(start.what, start.path, summarise(Samples(start.ms)), median(start.bytes))
        for start in cold_samples(log)
    ]


def cold_samples(log: RunLog) -> list[ColdSamples]:
    return [*_single_steps(log), *_round_trips(log)]


def _single_steps(log: RunLog) -> Iterator[ColdSamples]:
    for path, steps in STARTS:
        for step in steps:
            column = log.loose_step(step)
            if column is not None:
                yield ColdSamples(step, path, column.ms, column.bytes)


def _round_trips(log: RunLog) -> Iterator[ColdSamples]:
    """A cold round trip is named after what had to start during it, as the server's own timings tell."""
    cold, wires = log.cold, [None, *log.cold.wires()]
    if not len(cold):
        return
    started = {mark: np.any([np.isfinite(cold.get(mark, wire)) for wire in wires], axis=0) for mark in COLD_MARKS}
    for marks, what in WHAT_WAS_COLD.items():
        just_these = np.all([started[mark] == (mark in marks) for mark in COLD_MARKS], axis=0)
        found = np.array([cold.get("round_trip", wire)[just_these] for wire in wires]).T.ravel()
        found = found[np.isfinite(found)]
        if found.size:
            yield ColdSamples(what, "cloud", found, np.empty(0, np.int64))


def cold_parts(log: RunLog) -> list[ColdPart]:
    """What each kind of start that was split consists of."""
    return [part for of in PARTS for part in cold_parts_of(log, of)]


def cold_parts_of(log: RunLog, of: str, network: str | None = None) -> list[ColdPart]:
    """The parts of one kind of start, in their order; `rest` where a trial holds the whole and all of its parts; then
    what follows it."""
    steps = [step for step in PARTS.get(of, ()) if log.loose_step(step, network=network)]
    parts = [(step, log.loose_step(step, network=network).ms) for step in steps]
    rest = _rest(log, of, steps, network)
    if rest.size:
        parts.append(("rest", rest))
    if after := log.loose_step(FOLLOWS.get(of, ""), network=network):
        parts.append((FOLLOWS[of], after.ms))
    return [ColdPart(of, part, int(ms.size), summarise(Samples(ms))) for part, ms in parts]


def _rest(log: RunLog, of: str, parts: list[str], network: str | None) -> Floats:
    cold = log.cold if network is None else log.cold_in_network(network)
    if not parts or not len(cold):
        return np.empty(0)
    wires = [None, *cold.wires()]
    rest = _whatever_wire(cold, of, wires) - sum(_whatever_wire(cold, part, wires) for part in parts)
    return rest[np.isfinite(rest)]


def _whatever_wire(cold: Trials, step: str, wires: list) -> Floats:
    values = np.array([cold.get(step, wire) for wire in wires])
    return np.where(np.isfinite(values).any(axis=0), np.nansum(values, axis=0), np.nan)


def baseline_start(log: RunLog) -> BaselineStart | None:
    """exec -> first prediction, the PyTorch endpoint beside ours."""
    ours, theirs = (log.loose_step(step) for step in ("endpoint_first_answer", "baseline_first_answer"))
    if ours is None or theirs is None:
        return None
    ratio = ratio_of_medians(theirs.ms, ours.ms) if ours.ms.min() > 0 else None
    return BaselineStart(summarise(Samples(ours.ms)), summarise(Samples(theirs.ms)), ratio)
