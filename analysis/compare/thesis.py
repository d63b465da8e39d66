"""The figures of the thesis that raised the question (`analysis/thesis.json`), beside this run's.

Another machine, another model, another data set: the two columns are not comparable in absolute terms.
"""

import json
from pathlib import Path

from analysis.compare.comparison import Accuracy, ColdStart, Speedup, ThesisRow
from analysis.statistics import Estimate, Summary

THESIS = json.loads((Path(__file__).parent.parent / "thesis.json").read_text("utf-8"))


def thesis_rows(
    speedups: list[Speedup], share: Summary | None, cold: list[ColdStart], accuracy: list[Accuracy]
) -> list[ThesisRow]:
    """Each thesis figure with this run's counterpart and its 95 % interval, where there is one."""
    ours: dict[str, tuple[float, float | None, float | None]] = {}
    for row in speedups:
        if row.headline and row.scope == "inference":
            ours["cloud_prediction"] = _flat(row.cloud.median)
            ours["browser_prediction"] = _flat(row.edge.median)
            if row.ratio:
                ours["speedup"] = _flat(row.ratio)
    for row in cold:
        if row.what == "round_trip_all_cold":
            ours["cloud_first_call"] = _flat(row.ms.median)
    if share:
        ours["landmark_share"] = _flat(share.median)
    for row in accuracy:
        if row.path == "edge":
            ours["top1"] = (row.top1.value, row.top1.low, row.top1.high)
            ours["top5"] = (row.top5.value, row.top5.low, row.top5.high)
    return [
        ThesisRow(
            item["figure"],
            item["value"],
            item["spread"],
            item["unit"],
            *ours.get(item["figure"], (None, None, None)),
        )
        for item in THESIS["figures"]
    ]


def _flat(estimate: Estimate) -> tuple[float, float | None, float | None]:
    interval = estimate.interval
    return (estimate.value, interval and interval.low, interval and interval.high)
