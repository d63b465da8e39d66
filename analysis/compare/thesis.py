"""The figures of the thesis that raised the question (`analysis/thesis.json`), beside this run's.

Another machine, another model, another data set: the two columns are not comparable in absolute terms.
"""

import json
from pathlib import Path

import numpy as np

from analysis.compare.comparison import Accuracy, ColdStart, Speedup, ThesisMean, ThesisRow
from analysis.compare.run_log import RunLog
from analysis.compare.trials import Trials
from analysis.records import Wire
from analysis.statistics import Estimate, Floats, Summary

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


def thesis_means(log: RunLog, wire: Wire | None) -> list[ThesisMean]:
    """The thesis's tables 4.4 and 4.5 in its form, mean and standard deviation, beside the same of this run. Both say
    less than a median with its interval where times are skewed: they are here for the comparison alone."""

    def warm(value) -> Floats:
        return log.samples(value).values

    def landmark_share(trials: Trials) -> Floats:
        whole = trials.get("extract") + trials.get("classify")
        return trials.get("landmarks") / np.where(whole > 0, whole, np.nan)

    bare = log.loose_step("bare_inference", "warm")
    ours = {
        "inference": bare.ms if bare else np.empty(0),
        "browser_prediction": warm(lambda trials: trials.get("classify")),
        "cloud_prediction": warm(lambda trials: trials.cloud_total(wire)) if wire else np.empty(0),
        "landmark_share": warm(landmark_share),
    }
    return [_mean_row(item, ours[item["figure"]]) for item in THESIS["means"]]


def _mean_row(item: dict, values: Floats) -> ThesisMean:
    return ThesisMean(
        table=item["table"],
        figure=item["figure"],
        unit=item["unit"],
        thesis_mean=item["mean"],
        thesis_deviation=item["deviation"],
        mean=float(values.mean()) if values.size else None,
        deviation=float(values.std(ddof=1)) if values.size > 1 else None,
        n=int(values.size),
    )
