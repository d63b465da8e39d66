"""What each network profile did: its calibration, warm answers of both paths, visits; and where the paths cross."""

import numpy as np

from analysis.compare.cold import cold_parts_of
from analysis.compare.comparison import Calibrated, Crossing, CrossingPoint, NetworkResult, Visit
from analysis.compare.run_log import RunLog
from analysis.compare.speedup import median
from analysis.compare.trials import Trials
from analysis.joint_bootstrap import line_crossing
from analysis.records import NetworkRecord, Nominal, Wire
from analysis.statistics import (
    Estimate,
    Floats,
    Samples,
    mean_estimate,
    median_of_ratios,
    share_estimate,
    summarise,
)

VISITS = ("first_visit", "repeat_visit", "offline_visit")
FEWEST_PROBES = 30  # fewer zeros and ones may as well be shares that happened to be whole
FEWEST_NETWORKS = 3  # two points always lie on a line


def network_results(log: RunLog) -> list[NetworkResult]:
    """One row for each profile that was calibrated or measured in, the shortest nominal round trip first."""
    records = {record.network: record for record in log.networks}
    names = dict.fromkeys([*records, *log.networks_measured])
    rows = [_network(log, name, records.get(name)) for name in names]
    return sorted(rows, key=lambda row: row.nominal.rtt_ms if row.nominal else np.inf)


def _network(log: RunLog, name: str, record: NetworkRecord | None) -> NetworkResult:
    trials = log.in_network(name)
    edge = trials.samples(lambda of: of.get("classify"))
    wires = [wire for wire in trials.wires() if trials.samples(_total(wire)).values.size]
    return NetworkResult(
        network=name,
        emulation=record.emulation if record else "unknown",
        nominal=record.nominal if record else None,
        source=record.source if record else "",
        calibration=_calibration(record) if record else [],
        edge=summarise(edge),
        cloud={wire: summarise(trials.samples(_total(wire))) for wire in wires},
        ratio={wire: ratio for wire in wires if (ratio := _ratio(trials, wire))},
        visits=_visits(log, name),
    )


def _total(wire: Wire):
    return lambda trials: trials.cloud_total(wire)


def _ratio(trials: Trials, wire: Wire) -> Estimate | None:
    cloud, edge = trials.paired(_total(wire), lambda of: of.get("classify"))
    if not edge.values.size or edge.values.min() <= 0:
        return None
    return median_of_ratios(cloud.values, edge.values, edge.clusters)


def _visits(log: RunLog, network: str) -> list[Visit]:
    found = [(what, log.loose_step(what, network=network)) for what in VISITS]
    return [
        Visit(what, summarise(Samples(column.ms)), median(column.bytes), cold_parts_of(log, what, network))
        for what, column in found
        if column is not None
    ]


def _calibration(record: NetworkRecord) -> list[Calibrated]:
    return [
        _calibrated(quantity, np.array(values), promised(quantity, record.nominal))
        for quantity, values in record.measured.items()
        if values
    ]


def promised(quantity: str, nominal: Nominal) -> float | None:
    """What a profile promises of a measured quantity: a TCP connect takes one round trip."""
    return getattr(nominal, {"connect_ms": "rtt_ms"}.get(quantity, quantity), None)


def _calibrated(quantity: str, values: Floats, nominal: float | None) -> Calibrated:
    measured = _estimate(quantity, values)
    off = measured.value / nominal - 1 if nominal else None
    return Calibrated(quantity, nominal, measured, int(values.size), off)


def _estimate(quantity: str, values: Floats) -> Estimate:
    """The median; of losses the mean: where each is a probe, lost (1) or not (0), the share lost, else the mean of the
    shares, without an interval where they are all alike, since no spread was seen that could carry one."""
    if quantity != "loss":
        return summarise(Samples(values)).median
    if values.size >= FEWEST_PROBES and np.isin(values, (0, 1)).all():
        return share_estimate(values)
    mean = mean_estimate(values)
    return mean if np.ptp(values) > 0 else Estimate(mean.value, None)


def crossing(log: RunLog, wire: Wire | None) -> Crossing | None:
    """The round-trip time at which the cloud's median meets the browser's, for the model alone: a line through the
    medians of at least three networks whose round trip was measured, against the browser's median over all of them."""
    wire = wire or next((wire for name in log.networks_measured for wire in log.in_network(name).wires()), None)
    if wire is None:
        return None
    points, series = [], []
    for record in sorted(log.networks, key=lambda record: record.nominal.rtt_ms):
        rtt, trials = np.array(record.measured.get("rtt_ms", ())), log.in_network(record.network)
        cloud, edge = trials.cloud_total(wire), trials.get("classify")
        both = np.isfinite(cloud + edge)
        if rtt.size and both.any():
            medians = (float(np.median(values)) for values in (rtt, edge[both], cloud[both]))
            points.append(CrossingPoint(record.network, *medians))
            clips = trials.clips[both]
            series.append((rtt, Samples(cloud[both], clips), Samples(edge[both], clips)))
    rtts = [point.rtt_ms for point in points]
    if len(points) < FEWEST_NETWORKS or np.ptp(rtts) == 0 or not _common_clips(series):
        return None
    fit = line_crossing(series)
    return Crossing(
        wire=wire,
        points=points,
        rtt_ms=fit.crossing,
        round_trips=fit.slope,
        at_no_rtt_ms=fit.intercept,
        edge_ms=fit.level,
        faster=_faster(fit.slope, fit.crossing, min(rtts), max(rtts)),
    )


def _common_clips(series: list[tuple[Floats, Samples, Samples]]) -> set[int]:
    return set.intersection(*(set(cloud.clusters.tolist()) for _, cloud, _ in series))


def _faster(slope: Estimate, at: Estimate, lowest: float, highest: float) -> str:
    if at.interval is None or slope.interval is None or slope.interval.low <= 0:
        return "cannot_tell"  # without a slope there is nothing to cross
    low, high = at.interval.low, at.interval.high
    if high < 0:
        return "edge"
    if low > highest:
        return "cloud"
    return "depends" if low >= lowest and high <= highest else "cannot_tell"
