"""The result of a comparison, as written to `report.json`; docs/report.md explains every field.

Times are milliseconds. Every time that is a difference was taken within one trial before it was summarised. A
field is null, or a list empty, where the run holds nothing to compute it from.
"""

from dataclasses import dataclass
from typing import Any, Literal

from analysis.cost.result import Cost
from analysis.records import LoadUser, Nominal, Wire
from analysis.scale.result import Scale
from analysis.statistics import Estimate, Summary

SCHEMA_VERSION = 2

AnswerPath = Literal["edge", "cloud", "native"]
Scope = Literal["inference", "whole_video"]


@dataclass(frozen=True)
class RunInfo:
    run: str
    started: float
    seconds: float | None
    completed: bool
    environment: dict[str, Any]
    settings: dict[str, Any]


@dataclass(frozen=True)
class ModelInfo:
    name: str
    file: str
    sha256: str
    sha256_seen: dict[AnswerPath, list[str]]
    same_everywhere: bool | None


@dataclass(frozen=True)
class StepSummary:
    phase: Literal["warm", "cold"]
    path: Literal["shared", "edge", "cloud"]
    wire: Wire | None
    step: str
    ms: Summary


@dataclass(frozen=True)
class Part:
    part: str
    ms: Summary


@dataclass(frozen=True)
class Breakdown:
    path: Literal["edge", "cloud"]
    wire: Wire | None
    parts: list[Part]
    after_landmarks: Summary
    total: Summary
    rest_ms: float
    server_timings: bool


@dataclass(frozen=True)
class Speedup:
    scope: Scope
    wire: Wire
    edge: Summary
    cloud: Summary
    ratio: Estimate | None
    difference_ms: Estimate
    headline: bool


@dataclass(frozen=True)
class ColdStart:
    what: str
    path: Literal["edge", "cloud"]
    ms: Summary
    median_bytes: float | None


@dataclass(frozen=True)
class ColdPart:
    of: str
    part: str
    n: int
    ms: Summary


@dataclass(frozen=True)
class BaselineStart:
    ours: Summary
    baseline: Summary
    ratio: Estimate | None


@dataclass(frozen=True)
class InstrumentCheck:
    page: Summary
    bare: Summary
    ratio: Estimate | None


@dataclass(frozen=True)
class Traffic:
    wire: Wire
    n: int
    median_bytes_up: float | None
    median_bytes_down: float | None


@dataclass(frozen=True)
class Proportion:
    correct: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LoadStage:
    stage: int
    offered_rate: float | None
    users: int | None
    seconds: float
    n: int
    achieved_rate: float
    statuses: dict[str, int]
    failed_share: Proportion
    ms: Summary | None
    service_ms: Summary | None
    late_ms: Summary | None
    server: dict[str, Summary]


@dataclass(frozen=True)
class Knee:
    rate: float
    low_stage: int
    high_stage: int | None
    rule: str


@dataclass(frozen=True)
class CurvePoint:
    stage: int
    rate: float
    median: Estimate
    p90: Estimate | None


@dataclass(frozen=True)
class LoadResult:
    load: str
    user: LoadUser
    wire: Wire | None
    workload: Literal["open", "closed"]
    workers: int
    network: str | None
    stages: list[LoadStage]
    knee: Knee | None
    curve: list[CurvePoint]


@dataclass(frozen=True)
class Calibrated:
    quantity: str
    nominal: float | None
    measured: Estimate
    n: int
    off: float | None


@dataclass(frozen=True)
class Visit:
    what: str
    ms: Summary
    median_bytes: float | None
    parts: list[ColdPart]


@dataclass(frozen=True)
class NetworkResult:
    network: str
    emulation: str
    nominal: Nominal | None
    source: str
    calibration: list[Calibrated]
    edge: Summary | None
    cloud: dict[Wire, Summary]
    ratio: dict[Wire, Estimate]
    visits: list[Visit]


@dataclass(frozen=True)
class CrossingPoint:
    network: str
    rtt_ms: float
    edge_ms: float
    cloud_ms: float


@dataclass(frozen=True)
class Crossing:
    wire: Wire
    points: list[CrossingPoint]
    rtt_ms: Estimate
    round_trips: Estimate
    at_no_rtt_ms: Estimate
    edge_ms: Estimate
    faster: Literal["edge", "cloud", "depends", "cannot_tell"]


@dataclass(frozen=True)
class AACheck:
    ratio: Estimate
    n: int
    contains_one: bool | None


@dataclass(frozen=True)
class RoundMedians:
    round: int
    n: int
    edge_ms: float | None
    cloud_ms: float | None
    ratio: float | None


@dataclass(frozen=True)
class RoundSpread:
    rounds: int
    edge: float | None
    cloud: float | None
    ratio: float | None


@dataclass(frozen=True)
class Accuracy:
    path: AnswerPath
    wire: Wire | None
    n: int
    top1: Proportion
    top5: Proportion
    clips_answered: int
    clips_outside_vocabulary: int
    clips_with_one_answer_in_all_rounds: int


@dataclass(frozen=True)
class LogitAgreement:
    first: str
    second: str
    n: int
    clips: int
    largest_difference: float
    median_difference: float
    largest_at: str
    same_top1: int


@dataclass(frozen=True)
class ClipRow:
    clip: str
    gloss: str | None
    source: str
    trials: int
    edge_top1: str | None
    cloud_top1: str | None
    extract_ms: float | None
    edge_ms: float | None
    cloud_ms: float | None
    failures: int


@dataclass(frozen=True)
class Failure:
    trial: str
    clip: str | None
    path: str
    code: str
    message: str


@dataclass(frozen=True)
class Notice:
    code: str
    values: dict[str, int | float]


@dataclass(frozen=True)
class ThesisRow:
    figure: str
    thesis: float
    thesis_spread: float | None
    unit: Literal["ms", "ratio", "proportion"]
    ours: float | None
    ours_low: float | None
    ours_high: float | None


@dataclass(frozen=True)
class ThesisMean:
    table: str
    figure: str
    unit: Literal["ms", "proportion"]
    thesis_mean: float | None
    thesis_deviation: float | None
    mean: float | None
    deviation: float | None
    n: int


@dataclass(frozen=True)
class Comparison:
    schema_version: int
    run: RunInfo
    model: ModelInfo
    headline_wire: Wire | None
    speedups: list[Speedup]
    breakdowns: list[Breakdown]
    landmark_share: Summary | None
    steps: list[StepSummary]
    cold: list[ColdStart]
    instrument: InstrumentCheck | None
    traffic: list[Traffic]
    accuracy: list[Accuracy]
    agreement: list[LogitAgreement]
    clips: list[ClipRow]
    failures: list[Failure]
    notices: list[Notice]
    thesis: list[ThesisRow]
    thesis_means: list[ThesisMean]
    cold_parts: list[ColdPart]
    baseline: BaselineStart | None
    load: list[LoadResult]
    networks: list[NetworkResult]
    crossing: Crossing | None
    aa: AACheck | None
    rounds: list[RoundMedians]
    round_spread: RoundSpread | None
    outlier_policy: Literal["none_removed"]
    cost: Cost | None
    scale: Scale | None
