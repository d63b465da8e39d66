"""The answer in words, made from the numbers: what the report says first and the terminal says last.

An interval that contains 1 (a ratio) or 0 (a difference) is no difference shown, whatever the point estimate.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.compare.comparison import Comparison, LoadResult, Scope, Speedup
from analysis.statistics import Estimate
from analysis.wording import (
    Words,
    Writer,
    dollars,
    milliseconds,
    percent,
    percents,
    plain,
    rates,
    ratios,
    scientific,
    significant,
    size,
    thousands,
    usd,
)

# Waits that differ by less than a fifth are not told apart (Seow 2008, *Designing and Engineering Time*, the 20 %
# rule); a quarter of that, to be safe.
UNNOTICED = 0.05


@dataclass(frozen=True)
class Finding:
    lead: str
    text: str


@dataclass(frozen=True)
class Verdict:
    headline: str
    findings: list[Finding]


def verdict(comparison: Comparison, words: Words) -> Verdict:
    return Verdict(_headline(comparison, words), list(_findings(comparison, words)))


def headline_speedup(comparison: Comparison, scope: Scope) -> Speedup | None:
    return next((row for row in comparison.speedups if row.headline and row.scope == scope), None)


def cold_median(comparison: Comparison, what: str) -> float | None:
    row = next((row for row in comparison.cold if row.what == what), None)
    return row.ms.median.value if row else None


def _headline(comparison: Comparison, words: Words) -> str:
    alone = headline_speedup(comparison, "inference")
    if alone is None:
        only = _only_path(comparison)
        if only == "nothing" and comparison.load:
            return _load_headline(comparison.load, words)
        return words(f"verdict.{only}")
    ratio = alone.ratio
    if ratio is None or ratio.interval is None:
        edge, cloud = milliseconds(alone.edge.median.value), milliseconds(alone.cloud.median.value)
        return words("verdict.no_interval", edge=edge, cloud=cloud)
    if ratio.interval.contains(1):
        return words("verdict.no_difference")
    if ratio.value > 1:
        return words("verdict.edge_faster", ratio=significant(ratio.value))
    return words("verdict.cloud_faster", ratio=significant(1 / ratio.value))


def _load_headline(loads: list[LoadResult], words: Words) -> str:
    """Of a run that loaded and compared nothing."""
    found = next((load for load in loads if load.knee), None)
    if found is None:
        return words("verdict.load_only")
    key = "load_only_beyond" if found.knee.high_stage is None else "load_only_knee"
    return words(f"verdict.{key}", load=found.load, rate=significant(found.knee.rate))


def _only_path(comparison: Comparison) -> str:
    warm = {(row.path, row.step) for row in comparison.steps if row.phase == "warm"}
    edge, cloud = ("edge", "classify") in warm, ("cloud", "round_trip") in warm
    return {(True, False): "edge_only", (False, True): "cloud_only"}.get((edge, cloud), "nothing")


def _finding(words: Words, lead: str, key: str, **values: object) -> Finding:
    return Finding(words(f"verdict_lead.{lead}"), words(f"verdict.{key}", **values))


def _findings(comparison: Comparison, words: Words) -> Iterator[Finding]:
    alone = headline_speedup(comparison, "inference")
    if alone:
        yield from _alone(alone, words)
        yield _whole(headline_speedup(comparison, "whole_video"), words)
    if comparison.landmark_share:
        share = comparison.landmark_share.median
        interval = words.interval(share, percents) or words("no_interval")
        yield _finding(words, "landmarks", "landmarks", share=percent(share.value), interval=interval)
    yield _first_use(comparison, words)
    yield from _networks(comparison, words)
    yield from _loads(comparison, words)
    yield from _cost(comparison, words)
    yield from _whom(comparison, words)
    yield from _answers(comparison, words)
    yield from _not_measured(comparison, words)


def _alone(alone: Speedup, words: Words) -> Iterator[Finding]:
    if alone.ratio is None:
        return
    edge, cloud = alone.edge.median.value, alone.cloud.median.value
    yield _finding(
        words,
        "alone",
        "inference",
        edge=milliseconds(edge),
        cloud=milliseconds(cloud),
        wire=alone.wire,
        counts=words.count(alone.edge),
        ratio=ratios(alone.ratio.value)[0],
        interval=words.interval(alone.ratio, ratios) or words("no_interval"),
    )
    if alone.ratio.interval and alone.ratio.interval.high < 1:
        yield _finding(words, "break_even", "break_even", difference=milliseconds(edge - cloud))


def _whole(whole: Speedup | None, words: Words) -> Finding:
    if whole is None:
        return _finding(words, "whole", "whole_missing")
    edge, difference = whole.edge.median.value, whole.difference_ms
    share = abs(difference.value) / edge if edge else 0.0
    if difference.interval and difference.interval.contains(0):
        key = "whole_none"
    elif share < UNNOTICED:
        key = "whole_same"
    else:
        key = "whole_edge" if difference.value > 0 else "whole_cloud"
    return _finding(
        words,
        "whole",
        key,
        edge=milliseconds(edge),
        video=milliseconds(edge),
        cloud=milliseconds(whole.cloud.median.value),
        difference=milliseconds(difference.value if key == "whole_none" else abs(difference.value)),
        share=percent(share),
        interval=words.interval(difference) or words("no_interval"),
    )


def _first_use(comparison: Comparison, words: Words) -> Finding:
    visit = next((row for row in comparison.cold if row.what == "first_visit"), None)
    cloud = cold_median(comparison, "round_trip_all_cold")
    over_wire = words("bytes_over_wire", bytes=size(visit.median_bytes)) if visit and visit.median_bytes else ""
    key = {(True, True): "cold", (True, False): "cold_edge", (False, True): "cold_cloud"}.get(
        (visit is not None, cloud is not None), "cold_missing"
    )
    return _finding(
        words,
        "cold",
        key,
        edge=milliseconds(visit.ms.median.value) if visit else "",
        cloud=milliseconds(cloud) if cloud is not None else "",
        bytes=over_wire,
    )


def _answers(comparison: Comparison, words: Words) -> Iterator[Finding]:
    model = comparison.model
    if model.same_everywhere is False:
        yield _finding(words, "other_model", "other_file")
    elif model.same_everywhere and len(model.sha256_seen) > 1:
        agreement = ""
        if comparison.agreement:
            largest = max(row.largest_difference for row in comparison.agreement)
            agreement = words("verdict.same_file_agreement", largest=scientific(largest))
        yield _finding(words, "same_model", "same_file", agreement=agreement)
    judged = next((row for row in comparison.accuracy if row.path == "edge"), None)
    if judged:
        interval = words("interval", low=percent(judged.top1.low), high=percent(judged.top1.high))
        values = {"top1": percent(judged.top1.value), "n": judged.n, "interval": interval}
        yield _finding(words, "answers", "answers", **values)


def _interval(estimate: Estimate, words: Words, write: Writer | None = None) -> str:
    return words.interval(estimate, write) or words("no_interval")


def _networks(comparison: Comparison, words: Words) -> Iterator[Finding]:
    found, wire = comparison.crossing, comparison.headline_wire
    for row in comparison.networks if found is None else []:
        ratio = row.ratio.get(wire)
        if ratio and ratio.interval:
            values = {"ratio": ratios(ratio.value)[0], "interval": words.interval(ratio, ratios)}
            yield _finding(words, "network", "network_edge_ratio", network=row.network, **values)
    if found:
        yield _finding(
            words,
            "network",
            f"network_{found.faster}",
            at=milliseconds(found.rtt_ms.value),
            interval=_interval(found.rtt_ms, words),
            trips=significant(found.round_trips.value),
            trips_interval=_interval(found.round_trips, words, plain),
            base=milliseconds(found.at_no_rtt_ms.value),
            networks=len(found.points),
        )


def _loads(comparison: Comparison, words: Words) -> Iterator[Finding]:
    predicted = {each.load: each for each in (comparison.scale.predictions if comparison.scale else [])}
    for load in comparison.load:
        if load.knee is None:
            continue
        values: dict[str, object] = {"load": load.load, "rate": significant(load.knee.rate)}
        if load.knee.high_stage is None:
            yield _finding(words, "load", "load_beyond", **values)
            continue
        values["next"] = significant(_rate_of(load, load.knee.high_stage))
        model = predicted.get(load.load)
        if model is None or model.error is None:
            yield _finding(words, "load", "load_alone", **values)
        else:
            values |= {"predicted": rates(model.knee.value)[0], "interval": _interval(model.knee, words, rates)}
            yield _finding(words, "load", "load", **values, error=percent(model.error))


def _rate_of(load: LoadResult, stage: int) -> float:
    return next(each.offered_rate for each in load.stages if each.stage == stage)


def _cost(comparison: Comparison, words: Words) -> Iterator[Finding]:
    cost = comparison.cost
    per_1000 = {row.option: row.per_1000 for row in cost.options} if cost else {}
    if "serverless" not in per_1000:
        return
    yield _finding(
        words,
        "cost",
        "cost",
        edge=usd(per_1000["edge"].value),
        serverless=usd(per_1000["serverless"].value),
        interval=_interval(per_1000["serverless"], words, dollars),
        users=thousands(cost.reference_users),
        unverified=len(cost.unverified),
    )
    keys = {"edge_serverless": "cost_flip", "serverless_realtime": "cost_realtime"}
    for row in cost.break_even:
        interval = _interval(row.value, words, plain)
        yield _finding(words, "cost_flip", keys[row.between], value=plain(row.value.value)[0], interval=interval)


def _whom(comparison: Comparison, words: Words) -> Iterator[Finding]:
    """Only where the speed was compared: by the network where that decides, else by the model alone here."""
    alone = headline_speedup(comparison, "inference")
    interval = alone.ratio.interval if alone and alone.ratio else None
    if interval is None:
        return
    crossed = comparison.crossing.faster if comparison.crossing else "cannot_tell"
    edge = crossed in ("edge", "depends") or (crossed == "cannot_tell" and interval.low > 1)
    cloud = crossed == "cloud" or (crossed == "cannot_tell" and interval.high < 1)
    visit = next((row.median_bytes for row in comparison.cold if row.what == "first_visit"), None)
    break_even = comparison.cost.break_even if comparison.cost else []
    flip = next((row.value for row in break_even if row.between == "edge_serverless"), None)
    if edge and visit and flip:
        yield _finding(
            words,
            "whom",
            "whom_edge",
            bytes=size(visit),
            classifier=size(comparison.cost.classifier_bytes),
            flip=plain(flip.value)[0],
            interval=_interval(flip, words, plain),
        )
    elif edge:
        yield _finding(words, "whom", "whom_edge_short")
    else:
        yield _finding(words, "whom", "whom_cloud" if cloud else "whom_either")


def _not_measured(comparison: Comparison, words: Words) -> Iterator[Finding]:
    if comparison.headline_wire:
        yield _finding(words, "not_measured", "not_measured" if not comparison.networks else "not_measured_loopback")
    missing = {
        "network_missing": comparison.headline_wire and not comparison.networks,
        "network_few": comparison.headline_wire and comparison.networks and comparison.crossing is None,
        "load_missing": comparison.headline_wire and not any(load.knee for load in comparison.load),
        "cost_missing": comparison.headline_wire and _no_cloud_cost(comparison),
    }
    for key, is_missing in missing.items():
        if is_missing:
            yield _finding(words, "not_measured", key)
    if comparison.headline_wire:
        yield _finding(words, "not_measured", "not_measured_local")


def _no_cloud_cost(comparison: Comparison) -> bool:
    return comparison.cost is None or len(comparison.cost.options) < 2
