"""What a cost estimate says; docs/report.md explains every field. USD."""

from dataclasses import dataclass
from typing import Any, Literal

from analysis.statistics import Estimate

Option = Literal["edge", "serverless", "realtime"]


@dataclass(frozen=True)
class CostItem:
    item: str
    usd: float


@dataclass(frozen=True)
class MonthCost:
    users: int
    usd: Estimate
    instances: int | None


@dataclass(frozen=True)
class OptionCost:
    option: Option
    per_1000: Estimate
    idle_month: float
    items: list[CostItem]
    months: list[MonthCost]


@dataclass(frozen=True)
class BreakEven:
    between: str
    unit: str
    value: Estimate


@dataclass(frozen=True)
class Motive:
    images_a_day: int
    thesis_usd_low: float
    thesis_usd_high: float
    clips_a_day: float
    usd: dict[Option, Estimate]


@dataclass(frozen=True)
class Cost:
    region: str
    currency: str
    prices_checked: str
    unverified: list[str]
    free_tier: bool
    reference_users: int
    missing: list[str]
    classifier_bytes: float | None
    options: list[OptionCost]
    break_even: list[BreakEven]
    motive: Motive | None
    assumptions: dict[str, Any]
