"""Measured times -> how many instances, environments and gigabytes a number of recognitions a day needs."""

from math import ceil

import numpy as np

from analysis.compare.comparison import LoadResult
from analysis.compare.run_log import RunLog
from analysis.compare.trials import total
from analysis.cost.assumptions import Assumptions
from analysis.cost.measured import Measured, measured
from analysis.cost.usage import GB
from analysis.records import Wire
from analysis.scale.knee import predictions
from analysis.scale.queueing import servers_for_refusals, servers_for_wait
from analysis.scale.result import Scale, ScaleRow, Servers
from analysis.statistics import MIN_INDEPENDENT, Estimate, Floats, Samples, mean_estimate

SECONDS_A_DAY = 86_400
ENDPOINT_WORK = ("endpoint_decode", "endpoint_inference", "endpoint_encode")
POISSON = 1.0  # squared variation of the gaps between many users' requests


class ScaleModel:
    """Mean times of the warm trials, in milliseconds, by the assumptions' factors for AWS."""

    def __init__(self, log: RunLog, wire: Wire | None, assumed: Assumptions) -> None:
        self.assumed = assumed
        cloud = assumed.cloud
        self.endpoint, self.endpoint_variation = self._times(
            log,
            lambda trials: total(trials.get(step, wire) for step in ENDPOINT_WORK),
            wire,
            cloud.endpoint_time_factor,
        )
        self.function, _ = self._times(log, lambda trials: trials.get("lambda", wire), wire, cloud.function_time_factor)

    @staticmethod
    def _times(log: RunLog, value, wire: Wire | None, factor: float) -> tuple[Estimate | None, float]:
        samples = log.samples(value) if wire else Samples(np.empty(0))
        if not samples.values.size or samples.values.mean() <= 0:
            return None, 0.0
        mean = float(samples.values.mean())
        return _scaled(mean_by_clip(samples), factor), float(samples.values.var()) / mean**2

    def instances_for(self, rate: float) -> int:
        """Instances of a real-time endpoint for `rate` recognitions a second."""
        return self._instances(self.endpoint.value, rate)

    def _instances(self, mean_ms: float, rate: float) -> int:
        limit = self.assumed.scale.p90_wait_ms / 1e3
        variability = (POISSON + self.endpoint_variation) / 2
        side_by_side = servers_for_wait(rate, mean_ms / 1e3, variability, limit)
        return ceil(side_by_side / self.assumed.cloud.inferences_an_instance)

    def _environments(self, mean_ms: float, rate: float) -> int:
        return servers_for_refusals(rate, mean_ms / 1e3, self.assumed.scale.refused_share)

    def row(self, a_day: int, seen: Measured) -> ScaleRow:
        rate = a_day / SECONDS_A_DAY * self.assumed.scale.peak_factor
        edge, cloud = self._cdn(a_day, seen)
        return ScaleRow(
            recognitions_a_day=a_day,
            peak_rate=rate,
            endpoint_instances=_servers(self.endpoint, lambda ms: self._instances(ms, rate)),
            endpoint_environments=_servers(self.endpoint, lambda ms: self._environments(ms, rate)),
            lambda_environments=_servers(self.function, lambda ms: self._environments(ms, rate)),
            cdn_gb_a_day_edge=edge,
            cdn_gb_a_day_cloud=cloud,
        )

    def _cdn(self, a_day: int, seen: Measured) -> tuple[float | None, float | None]:
        """Gigabytes a day of the site, on the browser's path and on the cloud's."""
        if seen.first_visit_bytes is None:
            return None, None
        people = self.assumed.users
        users = a_day / people.recognitions_a_month
        repeats = max(0.0, people.visits_a_month - people.first_visits_a_month) * (seen.repeat_visit_bytes or 0.0)
        edge = users * (people.first_visits_a_month * seen.first_visit_bytes + repeats) / GB
        if seen.classifier_bytes is None:
            return edge, None
        return edge, edge - users * people.first_visits_a_month * seen.classifier_bytes / GB


def scale_of(
    log: RunLog, wire: Wire | None, loads: list[LoadResult], assumed: Assumptions, model: ScaleModel
) -> Scale | None:
    """None where the run holds neither a load with a knee nor the server's times."""
    found = predictions(log, loads)
    if model.endpoint is None and model.function is None and not found:
        return None
    seen = measured(log, wire, assumed.edge.classifier_assets)
    has_rows = model.endpoint is not None or model.function is not None
    return Scale(
        peak_factor=assumed.scale.peak_factor,
        p90_wait_ms=assumed.scale.p90_wait_ms,
        refused_share=assumed.scale.refused_share,
        endpoint_ms=model.endpoint,
        function_ms=model.function,
        predictions=found,
        rows=[model.row(a_day, seen) for a_day in assumed.scale.recognitions_a_day] if has_rows else [],
    )


def mean_by_clip(samples: Samples) -> Estimate:
    """The mean; its interval from the clips' means, since runs of a clip resemble each other."""
    values, clips = samples.values, samples.clusters
    names = np.unique(clips)
    if names.size < MIN_INDEPENDENT:
        return mean_estimate(values)
    means: Floats = np.array([values[clips == clip].mean() for clip in names])
    interval = mean_estimate(means).interval
    return Estimate(float(values.mean()), interval and type(interval)(interval.low, interval.high, "clips"))


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    interval = estimate.interval
    if interval is not None:
        interval = type(interval)(max(0.0, interval.low) * factor, interval.high * factor, interval.over)
    return Estimate(estimate.value * factor, interval)


def _servers(mean_ms: Estimate | None, needed) -> Servers | None:
    if mean_ms is None:
        return None
    interval = mean_ms.interval
    ends = (needed(interval.low), needed(interval.high)) if interval else (None, None)
    return Servers(ceil(needed(mean_ms.value)), *ends)
