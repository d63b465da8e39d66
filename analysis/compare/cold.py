"""Cold starts of both sides; every cold sample stands alone, none is paired with a warm one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.compare.comparison import ColdStart
from analysis.compare.run_log import COLD_MARKS, RunLog
from analysis.compare.speedup import median
from analysis.compare.times import milliseconds
from analysis.statistics import Floats, Samples, summarise

STARTS = (
    ("edge", ("first_visit", "first_answer", "repeat_visit")),
    ("cloud", ("exec_to_ready", "endpoint_start", "lambda_init")),
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
    bytes: list[int]


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
            records = [record for record in log.loose if record.phase == "cold" and record.step == step]
            if records:
                sizes = [record.bytes for record in records if record.bytes is not None]
                yield ColdSamples(step, path, milliseconds(records), sizes)


def _round_trips(log: RunLog) -> Iterator[ColdSamples]:
    """A cold round trip is named after what had to start during it, as the server's own timings tell."""
    found: dict[frozenset[str], list[float]] = {}
    for trial in log.cold:
        started = frozenset(step for step, _ in trial.ms if step in COLD_MARKS)
        round_trips = [ms for (step, _), ms in trial.ms.items() if step == "round_trip"]
        if started and round_trips:
            found.setdefault(started, []).extend(round_trips)
    for started, what in WHAT_WAS_COLD.items():
        if started in found:
            yield ColdSamples(what, "cloud", np.array(found[started]), [])
