"""Cold starts of both sides; every cold sample stands alone, none is paired with a warm one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.compare.comparison import ColdStart
from analysis.compare.run_log import COLD_MARKS, RunLog
from analysis.compare.speedup import median
from analysis.statistics import Floats, Ints, Samples, summarise

ENDPOINT_STARTS = ("exec_to_ready", "endpoint_first_answer", "baseline_first_answer", "container_ready")
STARTS = (
    ("edge", ("first_visit", "first_answer", "repeat_visit", "offline_visit")),
    ("cloud", (*ENDPOINT_STARTS, "endpoint_start", "lambda_init")),
)
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
