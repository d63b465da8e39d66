"""A run's figures by name, for what compares runs or holds one to a limit (docs/report.md, "Metrics").

`warm.edge`, `warm.cloud.npy`, `warm.video.edge`, `warm.video.cloud.npy`, `warm.ratio.npy`, `cold.first_visit`,
`load.NAME@OFFERED`, `network.NAME.edge`, `network.NAME.cloud.npy` are samples; `accuracy.edge.top1`,
`accuracy.cloud.npy.top5`, `load.NAME@OFFERED.failed` are shares of a count. OFFERED is what a stage asked for, `240/s`
or `8 users`: runs whose ramps differ share the stages that were the same, and no others.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.compare.answers import accuracies
from analysis.compare.cold import cold_samples
from analysis.compare.comparison import Proportion
from analysis.compare.loads import load_results
from analysis.compare.run_log import RunLog
from analysis.compare.trials import Trials, Value, total
from analysis.statistics import Floats, Ints


@dataclass(frozen=True)
class Metric:
    """Samples of one figure: `values` [n], and `clips` [n] into `clip_names`, or None where each stands alone. Less is
    better of `ms`, more of a `ratio` (cloud / browser) is neither."""

    name: str
    unit: Literal["ms", "ratio"]
    values: Floats
    clips: Ints | None = None
    clip_names: tuple[str, ...] = ()


def sampled_metrics(log: RunLog) -> dict[str, Metric]:
    """Every sampled figure of the run, warm ones first."""
    found = [*_warm(log), *_cold(log), *_loads(log), *_networks(log)]
    return {metric.name: metric for metric in found if metric.values.size}


def shares(log: RunLog) -> dict[str, Proportion]:
    """Every counted share of the run."""
    found = {}
    for row in accuracies(log):
        side = f"{row.path}.{row.wire}" if row.wire else row.path
        found |= {f"accuracy.{side}.top1": row.top1, f"accuracy.{side}.top5": row.top5}
    for load in load_results(log):
        found |= {
            f"{load_stage(load.load, stage.offered_rate, stage.users)}.failed": stage.failed_share
            for stage in load.stages
        }
    return found


def load_stage(load: str, rate: float | None, users: int | None) -> str:
    """The name of a stage's figure."""
    return f"load.{load}@{users} users" if rate is None else f"load.{load}@{rate:g}/s"


def _warm(log: RunLog) -> list[Metric]:
    trials = log.warm
    rows = [
        _of_clips("warm.edge", trials, lambda of: of.get("classify")),
        _of_clips("warm.video.edge", trials, lambda of: total((of.get("extract"), of.get("classify")))),
    ]
    for wire in trials.wires():

        def cloud(of: Trials, wire=wire) -> Floats:
            return of.cloud_total(wire)

        rows += [
            _of_clips(f"warm.cloud.{wire}", trials, cloud),
            _of_clips(f"warm.video.cloud.{wire}", trials, lambda of, cloud=cloud: of.get("extract") + cloud(of)),
            _of_clips(f"warm.ratio.{wire}", trials, lambda of, cloud=cloud: _ratio(cloud(of), of), "ratio"),
        ]
    return rows


def _ratio(cloud: Floats, trials: Trials) -> Floats:
    edge = trials.get("classify")
    return cloud / np.where(edge > 0, edge, np.nan)


def _of_clips(name: str, trials: Trials, value: Value, unit: str = "ms") -> Metric:
    values = value(trials)
    there = np.isfinite(values)
    return Metric(name, unit, values[there], trials.clips[there], tuple(trials.sorted_clip_names))


def _cold(log: RunLog) -> list[Metric]:
    return [Metric(f"cold.{start.what}", "ms", start.ms) for start in cold_samples(log)]


def _loads(log: RunLog) -> list[Metric]:
    return [
        Metric(load_stage(name, plan.rate, plan.users), "ms", np.frombuffer(stage.ms))
        for name, load in log.loads.loads.items()
        for plan, stage in zip(load.record.stages, load.stages, strict=True)
        if stage.ms
    ]


def _networks(log: RunLog) -> list[Metric]:
    rows = []
    for network in log.networks_measured:
        trials = log.in_network(network)
        rows.append(_of_clips(f"network.{network}.edge", trials, lambda of: of.get("classify")))
        rows += [
            _of_clips(f"network.{network}.cloud.{wire}", trials, lambda of, wire=wire: of.cloud_total(wire))
            for wire in trials.wires()
        ]
    return rows
