"""Records of a run -> `Comparison`: what the browser and what the cloud path cost, with counts and intervals."""

from analysis.compare.answers import accuracies, hashes_seen, logit_agreements
from analysis.compare.clips import clip_rows
from analysis.compare.cold import baseline_start, cold_parts, cold_starts
from analysis.compare.comparison import (
    SCHEMA_VERSION,
    Comparison,
    Failure,
    ModelInfo,
    RunInfo,
)
from analysis.compare.loads import load_results
from analysis.compare.networks import crossing, network_results
from analysis.compare.notices import notices
from analysis.compare.rounds import aa_check, round_medians, round_spread
from analysis.compare.run_log import RunLog, load
from analysis.compare.speedup import headline_wire, instrument_check, speedups, traffic
from analysis.compare.thesis import thesis_means, thesis_rows
from analysis.compare.times import breakdowns, landmark_share, summarise_steps
from analysis.cost.assumptions import Assumptions, read_assumptions

__all__ = ["Comparison", "RunLog", "compare", "load"]


def compare(log: RunLog, assumptions: Assumptions | None = None) -> Comparison:
    """Compares the paths of a run; `load` reads it from its `samples.jsonl`. `assumptions`: of cost and scale, the
    project's own by default."""
    # These two read the parts of this package, so they cannot be imported before it.
    from analysis.cost.model import cost_of
    from analysis.scale.model import ScaleModel, scale_of

    assumptions = assumptions or read_assumptions()
    wire = headline_wire(log)
    ratios, cold, accuracy = speedups(log), cold_starts(log), accuracies(log)
    steps, share = summarise_steps(log), landmark_share(log)
    rounds, parts = round_medians(log, wire), breakdowns(log)
    loads, size = load_results(log), ScaleModel(log, wire, assumptions)
    return Comparison(
        schema_version=SCHEMA_VERSION,
        run=_run_info(log),
        model=_model_info(log),
        headline_wire=wire,
        speedups=ratios,
        breakdowns=parts,
        landmark_share=share,
        steps=steps,
        cold=cold,
        instrument=instrument_check(log),
        traffic=traffic(log),
        accuracy=accuracy,
        agreement=logit_agreements(log),
        clips=clip_rows(log, wire),
        failures=[Failure(item.trial, item.clip, item.path, item.code, item.message) for item in log.failures],
        notices=notices(log, steps, ratios, parts),
        thesis=thesis_rows(ratios, share, cold, accuracy),
        thesis_means=thesis_means(log, wire),
        cold_parts=cold_parts(log),
        baseline=baseline_start(log),
        load=loads,
        networks=network_results(log),
        crossing=crossing(log, wire),
        aa=aa_check(log),
        rounds=rounds,
        round_spread=round_spread(rounds),
        outlier_policy="none_removed",
        cost=cost_of(log, wire, assumptions, size.instances_for if size.endpoint else None),
        scale=scale_of(log, wire, loads, assumptions, size),
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
