"""What a reader must know before trusting a figure; `code` names a sentence in `analysis/strings/`."""

from collections.abc import Iterator

import numpy as np

from analysis.compare.comparison import Breakdown, Notice, Speedup, StepSummary
from analysis.compare.run_log import RunLog
from analysis.compare.times import NESTED_CLOCKS
from analysis.compare.trials import total
from analysis.statistics import MIN_INDEPENDENT


def notices(log: RunLog, steps: list[StepSummary], speedups: list[Speedup], parts: list[Breakdown]) -> list[Notice]:
    """Every notice that the run calls for, the clips' first."""
    return [
        *_about_the_clips(log, steps),
        *_about_the_sample(log, speedups, parts),
        *_about_the_machine(log),
        *_about_the_file(log),
    ]


def _about_the_clips(log: RunLog, steps: list[StepSummary]) -> Iterator[Notice]:
    rendered = sum(clip.source == "samples" for clip in log.run.clips)
    if rendered:
        yield Notice("rendered_clips", {"n": rendered, "of": len(log.run.clips)})
    intervals = [(row.ms.clips, row.ms.median.interval) for row in steps if row.ms.clips]
    few = [clips for clips, interval in intervals if interval and interval.over == "repeats"]
    if few:
        yield Notice("few_clips", {"n": max(few)})


def _about_the_sample(log: RunLog, speedups: list[Speedup], parts: list[Breakdown]) -> Iterator[Notice]:
    paths = {row.path for row in parts}
    if len(paths) == 1:
        yield Notice(f"{paths.pop()}_only", {})
    measured = [row.edge.n for row in speedups if row.headline]
    if measured and min(measured) < MIN_INDEPENDENT:
        yield Notice("few_samples", {"n": min(measured), "needed": MIN_INDEPENDENT})
    for wire in log.wires():
        answered = np.isfinite(log.warm.get("round_trip", wire))
        timed = np.isfinite(total(log.warm.get(step, wire) for step in NESTED_CLOCKS))
        missing = int(np.sum(answered & ~timed))
        if missing:
            yield Notice(f"no_server_timings_{wire}", {"n": missing, "of": int(answered.sum())})


def _about_the_machine(log: RunLog) -> Iterator[Notice]:
    load, cores = log.run.environment.load_average, log.run.environment.cores
    if load and cores and load[0] > cores:
        yield Notice("busy_machine", {"load": load[0], "cores": cores})
    if log.clock.jumps:
        yield Notice("clock_jumped", {"n": log.clock.jumps, "seconds": round(log.clock.largest_seconds)})
    if log.early_requests:
        yield Notice("early_requests", {"n": log.early_requests})


def _about_the_file(log: RunLog) -> Iterator[Notice]:
    if log.cold_in_warm:
        yield Notice("cold_start_in_warm_trial", {"n": log.cold_in_warm})
    if log.repeated_steps:
        yield Notice("repeated_step", {"n": log.repeated_steps})
    if log.truncated:
        yield Notice("last_record_cut_off", {})
