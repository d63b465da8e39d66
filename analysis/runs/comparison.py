"""The result of comparing runs, as written to `comparison.json` (docs/report.md, "Several runs")."""

from dataclasses import dataclass
from typing import Literal

from analysis.compare.comparison import Proportion
from analysis.statistics import Estimate, Summary

SCHEMA_VERSION = 1

Mark = Literal["reference", "regression", "improvement", "no_difference", "differs", "cannot_tell", "missing"]


@dataclass(frozen=True)
class Run:
    name: str
    started: float
    completed: bool
    model: str
    sha256: str


@dataclass(frozen=True)
class Difference:
    what: str
    values: list[str | None]


@dataclass(frozen=True)
class MetricInRun:
    ms: Summary | None
    common_clips: int | None
    ratio: Estimate | None
    p: float | None
    p_holm: float | None
    mark: Mark


@dataclass(frozen=True)
class MetricRow:
    metric: str
    unit: Literal["ms", "ratio"]
    runs: list[MetricInRun]


@dataclass(frozen=True)
class ShareRow:
    metric: str
    runs: list[Proportion | None]


@dataclass(frozen=True)
class RunsComparison:
    schema_version: int
    margin: float
    runs: list[Run]
    differences: list[Difference]
    metrics: list[MetricRow]
    shares: list[ShareRow]
    regressions: int
    improvements: int
