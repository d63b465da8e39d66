"""Records of a run -> `Comparison`: what the browser and what the cloud path cost, with counts and intervals."""

from collections.abc import Iterator

from analysis.compare.answers import accuracies, hashes_seen, logit_agreements
from analysis.compare.clips import clip_rows
from analysis.compare.cold import cold_starts
from analysis.compare.comparison import (
    SCHEMA_VERSION,
    Comparison,
    Failure,
    ModelInfo,
    Notice,
    RunInfo,
    StepSummary,
)
from analysis.compare.run_log import RunLog, load
from analysis.compare.speedup import headline_wire, instrument_check, speedups, traffic
from analysis.compare.thesis import thesis_rows
from analysis.compare.times import breakdowns, landmark_share, summarise_steps

__all__ = ["Comparison", "RunLog", "compare", "load"]


def compare(log: RunLog) -> Comparison:
    """Compares the paths of a run; `load` reads it from its `samples.jsonl`."""
    wire = headline_wire(log)
    ratios, cold, accuracy = speedups(log), cold_starts(log), accuracies(log)
    steps, share = summarise_steps(log), landmark_share(log)
    return Comparison(
        schema_version=SCHEMA_VERSION,
        run=_run_info(log),
        model=_model_info(log),
        headline_wire=wire,
        speedups=ratios,
        breakdowns=breakdowns(log),
        landmark_share=share,
        steps=steps,
        cold=cold,
        instrument=instrument_check(log),
        traffic=traffic(log),
        accuracy=accuracy,
        agreement=logit_agreements(log),
        clips=clip_rows(log, wire),
        failures=[Failure(item.trial, item.clip, item.path, item.code, item.message) for item in log.failures],
        notices=_notices(log, steps),
        thesis=thesis_rows(ratios, share, cold, accuracy),
        cold_parts=[],
        baseline=None,
        load=[],
        networks=[],
        crossing=None,
        aa=None,
        rounds=[],
        round_spread=None,
        outlier_policy="none_removed",
    )


def _run_info(log: RunLog) -> RunInfo:
    return RunInfo(
        run=log.run.run,
        started=log.run.t,
        seconds=log.end.seconds if log.end else None,
        completed=log.end is not None and log.end.completed,
        environment=log.run.environment.model_dump(mode="json", exclude_none=True),
        settings=log.run.settings,
    )


def _model_info(log: RunLog) -> ModelInfo:
    seen = hashes_seen(log)
    distinct = {log.run.model.sha256}.union(*seen.values())
    return ModelInfo(
        name=log.run.model.name,
        file=log.run.model.file,
        sha256=log.run.model.sha256,
        sha256_seen=seen,
        same_everywhere=len(distinct) == 1 if seen else None,
    )


def _notices(log: RunLog, steps: list[StepSummary]) -> list[Notice]:
    """What a reader must know before trusting a figure; `code` names a sentence in `analysis/strings/`."""
    return [*_about_the_clips(log, steps), *_about_the_machine(log), *_about_the_file(log)]


def _about_the_clips(log: RunLog, steps: list[StepSummary]) -> Iterator[Notice]:
    rendered = sum(clip.source == "samples" for clip in log.run.clips)
    if rendered:
        yield Notice("rendered_clips", {"n": rendered, "of": len(log.run.clips)})
    intervals = [(row.ms.clips, row.ms.median.interval) for row in steps if row.ms.clips]
    few = [clips for clips, interval in intervals if interval and interval.over == "repeats"]
    if few:
        yield Notice("few_clips", {"n": max(few)})


def _about_the_machine(log: RunLog) -> Iterator[Notice]:
    load, cores = log.run.environment.load_average, log.run.environment.cores
    if load and cores and load[0] > cores:
        yield Notice("busy_machine", {"load": load[0], "cores": cores})


def _about_the_file(log: RunLog) -> Iterator[Notice]:
    if log.cold_in_warm:
        yield Notice("cold_start_in_warm_trial", {"n": log.cold_in_warm})
    if log.repeated_steps:
        yield Notice("repeated_step", {"n": log.repeated_steps})
    if log.truncated:
        yield Notice("last_record_cut_off", {})
