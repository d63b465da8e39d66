"""Edge against cloud: the model alone, and the whole video.

The first flatters the edge, since both paths wait for the same landmarks; the second is what a person feels.
"""

import numpy as np

from analysis.compare.comparison import InstrumentCheck, Scope, Speedup, Traffic
from analysis.compare.run_log import RunLog
from analysis.compare.times import summarise_column
from analysis.compare.trials import Trials, total
from analysis.records import Wire
from analysis.statistics import Floats, Samples, median_of_ratios, ratio_of_medians, summarise


def speedups(log: RunLog) -> list[Speedup]:
    """Both scopes for every wire that was measured beside the edge; the fastest wire is the headline."""
    headline = headline_wire(log)
    rows = [
        _speedup(log, scope, wire, wire == headline) for scope in ("inference", "whole_video") for wire in log.wires()
    ]
    return [row for row in rows if row]


def headline_wire(log: RunLog) -> Wire | None:
    """The cloud's fastest wire by median: the edge is compared with the cloud at its best."""
    totals = {wire: log.samples(lambda trials, w=wire: trials.cloud_total(w)).values for wire in log.wires()}
    measured = {wire: float(np.median(values)) for wire, values in totals.items() if values.size}
    return min(measured, key=measured.get, default=None)


def _speedup(log: RunLog, scope: Scope, wire: Wire, headline: bool) -> Speedup | None:
    def before(trials: Trials) -> Floats | float:
        return trials.get("extract") if scope == "whole_video" else 0.0

    def edge(trials: Trials) -> Floats:
        return total((before(trials), trials.get("classify")))

    def cloud(trials: Trials) -> Floats:
        return total((before(trials), trials.cloud_total(wire)))

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
    page, bare = (log.loose_step(step, phase="warm") for step in ("page_inference", "bare_inference"))
    if page is None or bare is None:
        return None
    page_summary, bare_summary = summarise_column(page), summarise_column(bare)
    ratio = ratio_of_medians(page.ms, bare.ms) if bare_summary.minimum > 0 else None
    return InstrumentCheck(page_summary, bare_summary, ratio)


def traffic(log: RunLog) -> list[Traffic]:
    """Bytes of a warm request's body (`encode`) and of its answer's (`parse`), by wire."""
    rows = []
    for wire in log.wires():
        up, down = (_finite(log.warm.bytes(step, wire)) for step in ("encode", "parse"))
        if up.size or down.size:
            rows.append(Traffic(wire, max(up.size, down.size), median(up), median(down)))
    return rows


def median(values: Floats) -> float | None:
    return float(np.median(values)) if len(values) else None


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]
