"""The few figures that stand large at the top of the report; one that was not measured is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.compare.comparison import Comparison
from analysis.verdict import headline_speedup
from analysis.wording import Words, milliseconds, percent, percents, ratios, size


@dataclass(frozen=True)
class Tile:
    number: str
    label: str
    detail: str


def tiles(comparison: Comparison, words: Words) -> list[Tile]:
    return [*_speed(comparison, words), *_cold(comparison, words), *_accuracy(comparison, words)]


def _speed(comparison: Comparison, words: Words) -> Iterator[Tile]:
    alone, whole = (headline_speedup(comparison, scope) for scope in ("inference", "whole_video"))
    if alone and alone.ratio:
        details = (words.interval(alone.ratio, ratios), words.count(alone.edge))
        yield Tile(ratios(alone.ratio.value)[0], words("tile.inference"), _joined(*details))
    if whole:
        difference = whole.difference_ms
        sign = "+" if difference.value > 0 else ""
        label = words("tile.whole_video", video=milliseconds(whole.edge.median.value))
        details = (words.interval(difference), words.count(whole.edge))
        yield Tile(sign + milliseconds(difference.value), label, _joined(*details))
    if comparison.landmark_share:
        share = comparison.landmark_share
        details = (words.interval(share.median, percents), words.count(share))
        yield Tile(percent(share.median.value), words("tile.landmarks"), _joined(*details))


def _cold(comparison: Comparison, words: Words) -> Iterator[Tile]:
    labels = {"first_visit": "tile.cold", "round_trip_all_cold": "tile.cold_cloud"}
    for row in comparison.cold:
        if row.what in labels:
            over_wire = size(row.median_bytes) if row.median_bytes else ""
            spread = words.interval(row.ms.median) or (words.spread(row.ms) if row.ms.n > 1 else "")
            details = (over_wire, spread, words("n", n=row.ms.n))
            yield Tile(milliseconds(row.ms.median.value), words(labels[row.what]), _joined(*details))


def _accuracy(comparison: Comparison, words: Words) -> Iterator[Tile]:
    for row in comparison.accuracy:
        if row.path == "edge":
            interval = words("interval", low=percent(row.top1.low), high=percent(row.top1.high))
            label = words("tile.top1", correct=row.top1.correct, n=row.n)
            yield Tile(percent(row.top1.value), label, interval)


def _joined(*details: str) -> str:
    return ", ".join(detail for detail in details if detail)
