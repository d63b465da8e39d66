"""Loads: what each stage offered, what came of it, and the knee where the answers stop keeping up."""

from array import array

import numpy as np

from analysis.compare.answers import proportion
from analysis.compare.comparison import CurvePoint, Knee, LoadResult, LoadStage
from analysis.compare.load_log import LoadLog, StageLog
from analysis.compare.run_log import RunLog
from analysis.records import Stage
from analysis.statistics import Floats, Samples, Summary, summarise

# A queue multiplies the wait near saturation (M/M/1: three times the service time at two thirds of the capacity), so
# this factor tells a server that queues from the noise of one that does not.
SLOWER = 3.0


def load_results(log: RunLog) -> list[LoadResult]:
    """Every load of which at least one request is recorded."""
    completed = log.end is not None and log.end.completed
    return [result for load in log.loads.loads.values() if (result := _result(load, completed)).stages]


def _result(load: LoadLog, completed: bool) -> LoadResult:
    record = load.record
    planned = zip(record.stages, load.stages, strict=True)
    stages = [_stage(index, plan, seen, completed) for index, (plan, seen) in enumerate(planned) if seen.n]
    return LoadResult(
        load=record.load,
        user=record.user,
        wire=record.wire,
        workload=record.workload,
        workers=record.workers,
        network=record.network,
        stages=stages,
        knee=find_knee(stages) if record.workload == "open" else None,
        curve=[_point(stage) for stage in stages if stage.ms],
    )


def _stage(index: int, plan: Stage, seen: StageLog, completed: bool) -> LoadStage:
    """`completed` false: the run was cut short, in this stage or another, so what was planned is no evidence."""
    good = len(seen.ms)
    lasted = seen.last_answer - seen.first_sent if good else 0.0
    took = max(plan.seconds, lasted) if completed or lasted <= 0 else lasted
    return LoadStage(
        stage=index,
        offered_rate=plan.rate,
        users=plan.users,
        seconds=plan.seconds,
        n=seen.n,
        achieved_rate=good / took,
        statuses=dict(sorted(seen.statuses.items())),
        failed_share=proportion(seen.n - good, seen.n),
        ms=_summary(seen.ms),
        service_ms=_summary(seen.service_ms),
        late_ms=_summary(seen.late_ms),
        server={name: summarise(Samples(_floats(values))) for name, values in sorted(seen.server.items())},
    )


def _floats(values: array) -> Floats:
    return np.frombuffer(values) if values else np.empty(0)


def _summary(values: array) -> Summary | None:
    return summarise(Samples(_floats(values)))


def _point(stage: LoadStage) -> CurvePoint:
    rate = stage.achieved_rate if stage.offered_rate is None else stage.offered_rate
    return CurvePoint(stage.stage, rate, stage.ms.median, stage.ms.p90)


def find_knee(stages: list[LoadStage]) -> Knee | None:
    """The highest offered rate, counting up from the lightest stage, at which p90 (the median, where a stage is too
    small for p90) stayed within SLOWER times the lightest stage's and every request had a good answer."""
    rising = sorted((stage for stage in stages if stage.offered_rate), key=lambda stage: stage.offered_rate)
    if not rising or rising[0].ms is None or rising[0].failed_share.correct:
        return None
    rule = "p90" if all(stage.ms is None or stage.ms.p90 for stage in rising) else "median"

    def typical(stage: LoadStage) -> float:
        return (stage.ms.p90 if rule == "p90" else stage.ms.median).value

    limit = SLOWER * typical(rising[0])
    kept = rising[0]
    for stage in rising[1:]:
        if stage.ms is None or stage.failed_share.correct or typical(stage) > limit:
            return Knee(kept.offered_rate, kept.stage, stage.stage, rule)
        kept = stage
    return Knee(kept.offered_rate, kept.stage, None, rule)
