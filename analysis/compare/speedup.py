"""Edge against cloud: the model alone, and the whole video.

The first flatters the edge, since both paths wait for the same landmarks; the second is what a person feels.
"""

import numpy as np

from analysis.compare.comparison import InstrumentCheck, Scope, Speedup, Traffic
from analysis.compare.run_log import RunLog, Trial, total
from analysis.compare.times import milliseconds, summarise_loose
from analysis.records import Wire
from analysis.statistics import (
    Samples,
    median_of_ratios,
    ratio_of_medians,
    summarise,
)


def speedups(log: RunLog) -> list[Speedup]:
    """Both scopes for every wire that was measured beside the edge; the fastest wire is the headline."""
    headline = headline_wire(log)
    rows = [
        _speedup(log, scope, wire, wire == headline) for scope in ("inference", "whole_video") for wire in log.wires()
    ]
    return [row for row in rows if row]


def headline_wire(log: RunLog) -> Wire | None:
    """The cloud's fastest wire by median: the edge is compared with the cloud at its best."""
    summaries = {wire: summarise(log.samples(lambda trial, w=wire: trial.cloud_total(w))) for wire in log.wires()}
    measured = {wire: summary.median.value for wire, summary in summaries.items() if summary}
    return min(measured, key=measured.get, default=None)


def _speedup(log: RunLog, scope: Scope, wire: Wire, headline: bool) -> Speedup | None:
    before = (lambda trial: trial.get("extract")) if scope == "whole_video" else (lambda trial: 0.0)

    def edge(trial: Trial) -> float | None:
        return total((before(trial), trial.get("classify")))

    def cloud(trial: Trial) -> float | None:
        return total((before(trial), trial.cloud_total(wire)))

    edge_ms, cloud_ms = log.paired(edge, cloud)
    if edge_ms.values.size == 0:
        return None
    measurable = edge_ms.values.min() > 0
    return Speedup(
        scope=scope,
        wire=wire,
        edge=summarise(edge_ms),
        cloud=summarise(cloud_ms),
        ratio=median_of_ratios(cloud_ms.values, edge_ms.values, edge_ms.clusters) if measurable else None,
        difference_ms=summarise(Samples(cloud_ms.values - edge_ms.values, edge_ms.clusters)).median,
        headline=headline,
    )


def instrument_check(log: RunLog) -> InstrumentCheck | None:
    """Inference through the page's normal path against a bare loop over the same session (benchmark records)."""
    page, bare = (
        [record for record in log.loose if record.step == step] for step in ("page_inference", "bare_inference")
    )
    if not page or not bare:
        return None
    page_summary, bare_summary = summarise_loose(page), summarise_loose(bare)
    measurable = bare_summary.minimum > 0
    ratio = ratio_of_medians(milliseconds(page), milliseconds(bare)) if measurable else None
    return InstrumentCheck(page_summary, bare_summary, ratio)


def traffic(log: RunLog) -> list[Traffic]:
    """Bytes of a warm request's body (`encode`) and of its answer's (`parse`), by wire."""
    rows = []
    for wire in log.wires():
        up, down = (
            [trial.bytes[step, wire] for trial in log.warm if (step, wire) in trial.bytes]
            for step in ("encode", "parse")
        )
        if up or down:
            rows.append(Traffic(wire, max(len(up), len(down)), median(up), median(down)))
    return rows


def median(values: list[float]) -> float | None:
    return float(np.median(values)) if values else None
