"""Records of a run -> `Comparison`: what the browser and what the cloud path cost, with counts and intervals."""

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
)
from analysis.compare.run_log import RunLog, load
from analysis.compare.speedup import headline_wire, instrument_check, speedups, traffic
from analysis.compare.thesis import thesis_rows
from analysis.compare.times import breakdowns, summarise_steps

__all__ = ["Comparison", "RunLog", "compare", "load"]


def compare(log: RunLog) -> Comparison:
    """Compares the paths of a run; `load` reads it from its `samples.jsonl`."""
    wire = headline_wire(log)
    ratios, parts, cold, accuracy = speedups(log), breakdowns(log), cold_starts(log), accuracies(log)
    return Comparison(
        schema_version=SCHEMA_VERSION,
        run=_run_info(log),
        model=_model_info(log),
        headline_wire=wire,
        speedups=ratios,
        breakdowns=parts,
        steps=summarise_steps(log),
        cold=cold,
        instrument=instrument_check(log),
        traffic=traffic(log),
        accuracy=accuracy,
        agreement=logit_agreements(log),
        clips=clip_rows(log, wire),
        failures=[Failure(item.trial, item.clip, item.path, item.code, item.message) for item in log.failures],
        notices=_notices(log),
        thesis=thesis_rows(ratios, parts, cold, accuracy),
    )


def _run_info(log: RunLog) -> RunInfo:
    return RunInfo(
        run=log.run.run,
        started=log.run.t,
        seconds=log.end.seconds if log.end else None,
        completed=log.end is not None and log.end.completed,
        environment=log.run.environment,
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


def _notices(log: RunLog) -> list[Notice]:
    """What a reader must know before trusting a figure; `code` names a sentence in `analysis/strings/`."""
    counted = {
        "cold_start_in_warm_trial": len(log.cold_in_warm()),
        "repeated_step": log.repeated_steps,
    }
    notices = [Notice(code, {"n": n}) for code, n in counted.items() if n]
    if log.truncated:
        notices.append(Notice("last_record_cut_off", {}))
    rendered = sum(clip.source == "samples" for clip in log.run.clips)
    if rendered:
        notices.append(Notice("rendered_clips", {"n": rendered, "of": len(log.run.clips)}))
    return notices
