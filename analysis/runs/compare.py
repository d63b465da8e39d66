"""Runs side by side: each figure of each run, and its ratio to the first run's.

A difference is marked where three things agree: the ratio's 95 % interval excludes 1, the permutation test's p stays
below 0.05 after Holm's correction for all tests of the page, and the ratio is further from 1 than `margin`. The runs'
own conditions (another day, a warmer machine) are part of every difference: no test between two runs removes them.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.compare import RunLog
from analysis.joint_bootstrap import ratio_clip_by_clip
from analysis.metrics import Metric, sampled_metrics, shares
from analysis.permutation import holm, permutation_p
from analysis.runs.comparison import (
    SCHEMA_VERSION,
    Difference,
    Mark,
    MetricInRun,
    MetricRow,
    Run,
    RunsComparison,
    ShareRow,
)
from analysis.statistics import Estimate, Samples, ratio_of_medians, summarise
from analysis.wording import flatten

MARGIN = 0.05  # two runs of one program on one machine differ by about as much
LEVEL = 0.05
MISSING = MetricInRun(None, None, None, None, None, "missing")
# What every run has of its own.
NOT_CONDITIONS = ("load_average", "first_visit_assets")


def compare_runs(logs: list[RunLog], margin: float = MARGIN) -> RunsComparison:
    """Compares at least two runs; the first is the reference."""
    metrics = [sampled_metrics(log) for log in logs]
    rows = _with_marks([_row(name, metrics) for name in _names(metrics)], margin)
    counted = [shares(log) for log in logs]
    marks = [cell.mark for row in rows for cell in row.runs]
    return RunsComparison(
        schema_version=SCHEMA_VERSION,
        margin=margin,
        runs=[_run(log) for log in logs],
        differences=_differences(logs),
        metrics=rows,
        shares=[ShareRow(name, [found.get(name) for found in counted]) for name in _names(counted)],
        regressions=marks.count("regression"),
        improvements=marks.count("improvement"),
    )


def _names(found: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for each in found for name in each))


def _run(log: RunLog) -> Run:
    completed = log.end is not None and log.end.completed
    return Run(log.run.run, log.run.t, completed, log.run.model.file, log.run.model.sha256)


def _differences(logs: list[RunLog]) -> list[Difference]:
    """Conditions that are not the same in all runs: environment, settings, model."""
    conditions = []
    for log in logs:
        environment = log.run.environment.model_dump(mode="json", exclude_none=True)
        environment = {key: value for key, value in environment.items() if key not in NOT_CONDITIONS}
        model = log.run.model.model_dump(exclude={"labels"})
        nested = {"environment": environment, "settings": log.run.settings, "model": model}
        conditions.append(dict(flatten(nested)))
    rows = [Difference(name, [found.get(name) for found in conditions]) for name in _names(conditions)]
    return [row for row in rows if len(set(row.values)) > 1]


def _row(name: str, metrics: list[dict[str, Metric]]) -> MetricRow:
    found = [each.get(name) for each in metrics]
    unit = next(metric.unit for metric in found if metric)
    first, *others = found
    cells = [MISSING if first is None else MetricInRun(_summary(first), None, None, None, None, "reference")]
    for metric in others:
        if metric is None:
            cells.append(MISSING)
        elif first is None:
            cells.append(replace(MISSING, ms=_summary(metric), mark="cannot_tell"))
        else:
            cells.append(_against(first, metric))
    return MetricRow(name, unit, cells)


def _summary(metric: Metric):
    return summarise(Samples(metric.values, metric.clips))


def _against(first: Metric, metric: Metric) -> MetricInRun:
    ours, theirs, common = _with_common_numbers(first, metric)
    if common == 0 or ours.values.min() <= 0:
        return MetricInRun(_summary(metric), common, None, None, None, "cannot_tell")
    ratio = ratio_of_medians(theirs.values, ours.values) if common is None else ratio_clip_by_clip(theirs, ours)
    return MetricInRun(_summary(metric), common, ratio, permutation_p(ours, theirs), None, "cannot_tell")


def _with_common_numbers(first: Metric, second: Metric) -> tuple[Samples, Samples, int | None]:
    """Both metrics with clips by the same numbers, those of common clips alone, and how many these are."""
    if first.clips is None or second.clips is None:
        return Samples(first.values), Samples(second.values), None
    number = {name: index for index, name in enumerate(sorted({*first.clip_names, *second.clip_names}))}
    labels = [
        np.array([number[name] for name in metric.clip_names], np.int64)[metric.clips] for metric in (first, second)
    ]
    common = np.intersect1d(*labels)
    kept = [np.isin(each, common) for each in labels]
    samples = [
        Samples(metric.values[rows], each[rows])
        for metric, each, rows in zip((first, second), labels, kept, strict=True)
    ]
    return *samples, int(common.size)


def _with_marks(rows: list[MetricRow], margin: float) -> list[MetricRow]:
    tested = [(row, index) for row, of in enumerate(rows) for index, cell in enumerate(of.runs) if cell.p is not None]
    adjusted = holm([rows[row].runs[index].p for row, index in tested])
    cells = [list(row.runs) for row in rows]
    for (row, index), p in zip(tested, adjusted, strict=True):
        cell = cells[row][index]
        cells[row][index] = replace(cell, p_holm=p, mark=_mark(cell.ratio, p, margin, rows[row].unit))
    return [replace(row, runs=runs) for row, runs in zip(rows, cells, strict=True)]


def _mark(ratio: Estimate, p: float, margin: float, unit: str) -> Mark:
    if ratio.interval is None:
        return "cannot_tell"
    if p >= LEVEL or ratio.interval.contains(1) or abs(ratio.value - 1) <= margin:
        return "no_difference"
    if unit == "ratio":
        return "differs"
    return "regression" if ratio.value > 1 else "improvement"
