"""The answer in words, made from the numbers: what the report says first and the terminal says last.

An interval that contains 1 (a ratio) or 0 (a difference) is no difference shown, whatever the point estimate.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.compare.comparison import Comparison, Scope, Speedup
from analysis.wording import Words, milliseconds, percent, percents, ratios, scientific, significant, size

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
        return words(f"verdict.{_only_path(comparison)}")
    ratio = alone.ratio
    if ratio is None or ratio.interval is None:
        edge, cloud = milliseconds(alone.edge.median.value), milliseconds(alone.cloud.median.value)
        return words("verdict.no_interval", edge=edge, cloud=cloud)
    if ratio.interval.contains(1):
        return words("verdict.no_difference")
    if ratio.value > 1:
        return words("verdict.edge_faster", ratio=significant(ratio.value))
    return words("verdict.cloud_faster", ratio=significant(1 / ratio.value))


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
    yield from _answers(comparison, words)
    if comparison.headline_wire:
        yield _finding(words, "not_measured", "not_measured")


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
