"""The knee that a queueing model predicts from the lightest stage of a load alone, held to the knee that was measured.

On loopback nothing waits for a network: a request's whole time at a light load is work of this machine, which its
cores share: one queue before as many servers as cores. (The endpoint is no narrower: it runs an inference a core.) The
knee is where the first of these happens, by the rule of the measured one (`analysis.compare.loads.find_knee`): the
percentile of the times exceeds its limit, or, where the path refuses what it has no room for (Lambda's environments),
half a refusal is expected in a stage.
"""

import numpy as np

from analysis.compare.comparison import LoadResult
from analysis.compare.load_log import StageLog
from analysis.compare.loads import SLOWER
from analysis.compare.run_log import RunLog
from analysis.scale.queueing import share_finding_full, share_within, wait
from analysis.scale.result import KneePrediction
from analysis.statistics import SEED, Estimate, Floats, Interval, mean_estimate, thinned

RESAMPLES = 200
MOST_TIMES = 200  # of a resample; more of them change a percentile by less than its interval
BISECTIONS = 30
EXPECTED_REFUSALS = 0.5
QUANTILE = {"p90": 0.9, "median": 0.5}


def predictions(log: RunLog, loads: list[LoadResult]) -> list[KneePrediction]:
    """One for each open load on this machine that has a measured knee and says how many cores there are."""
    cores = log.run.environment.cores
    if not cores or not _on_this_machine(log):
        return []
    found = (_predict(log, load, cores) for load in loads if load.user in ("cloud", "endpoint") and not load.network)
    return [prediction for prediction in found if prediction]


def _on_this_machine(log: RunLog) -> bool:
    target = str(log.run.settings.get("target", "local"))
    return target in ("local", "compose") or "127.0.0.1" in target or "localhost" in target


def _predict(log: RunLog, load: LoadResult, cores: int) -> KneePrediction | None:
    if load.knee is None:
        return None
    lightest = min((stage for stage in load.stages if stage.offered_rate), key=lambda stage: stage.offered_rate)
    seen = log.loads.loads[load.load].stages[lightest.stage]
    whole = np.frombuffer(seen.service_ms) / 1e3
    room = log.run.settings.get("lambdas") if load.user == "cloud" else None
    room = room if isinstance(room, int) and room >= cores else None
    arrivals = _arrival_variation(seen)
    quantile = QUANTILE[load.knee.rule]

    def knee_of(whole: Floats) -> float:
        return _knee(cores, room, whole, SLOWER * float(np.quantile(whole, quantile)), quantile, arrivals, seconds)

    seconds = lightest.seconds
    generator = np.random.default_rng(SEED)
    drawn = min(whole.size, MOST_TIMES)
    resampled = [
        knee_of(whole[generator.integers(0, whole.size, drawn)]) for _ in range(RESAMPLES if whole.size >= 30 else 0)
    ]
    interval = (
        Interval(*(float(end) for end in np.quantile(resampled, (0.025, 0.975))), "repeats") if resampled else None
    )
    rate = knee_of(whole)
    low, high = load.knee.rate, _next_rate(load)
    return KneePrediction(
        load=load.load,
        servers=cores,
        room=room,
        service_ms=mean_estimate(whole * 1e3),
        service_variation=_squared_variation(whole),
        arrival_variation=arrivals,
        knee=Estimate(rate, interval),
        measured_low=low,
        measured_high=high,
        error=_error(rate, low, high),
        inside=None if high is None else low <= rate <= high,
    )


def _next_rate(load: LoadResult) -> float | None:
    beyond = [stage.offered_rate for stage in load.stages if stage.stage == load.knee.high_stage]
    return beyond[0] if beyond else None


def _error(rate: float, low: float, high: float | None) -> float | None:
    """Relative to the nearer end of the measured range; 0 inside; None where the range has no end and is exceeded."""
    if rate < low:
        return rate / low - 1
    if high is None:
        return None
    return max(0.0, rate / high - 1)


def _squared_variation(values: Floats) -> float:
    """The squared coefficient of variation."""
    mean = float(values.mean())
    return float(values.var()) / mean**2 if mean > 0 else 0.0


def _arrival_variation(seen: StageLog) -> float:
    """Of the gaps between the requests as they were sent."""
    gaps = np.diff(np.sort(np.frombuffer(seen.sent))) if len(seen.sent) > 2 else np.empty(0)
    return _squared_variation(gaps) if gaps.size else 1.0


def _knee(
    servers: int, room: int | None, whole: Floats, limit: float, quantile: float, arrivals: float, seconds: float
) -> float:
    """Requests a second, by bisection below saturation. whole: seconds [n] of requests that met nobody."""
    mean = float(whole.mean())
    variability = (arrivals + _squared_variation(whole)) / 2
    times = thinned(whole, MOST_TIMES)

    def kept_up(rate: float) -> bool:
        if share_within(limit, times, wait(servers, rate, mean, variability)) < quantile:
            return False
        if room is None:
            return True
        refused = share_finding_full(room, servers, rate, mean, variability)
        return rate * seconds * refused < EXPECTED_REFUSALS

    if mean <= 0:
        return float("inf")
    low, high = 0.0, servers / mean
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if kept_up(middle) else (low, middle)
    return low
