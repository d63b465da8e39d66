"""`cerca report --ci`: a run held to limits that stand in a TOML file (docs/report.md, "Limits for CI").

A limit is missed only where the whole 95 % interval lies beyond it, and met only where the whole interval keeps it;
between the two, or without an interval, the run cannot tell, which is reported apart and fails nothing.
"""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.compare import RunLog
from analysis.errors import AnalysisError
from analysis.metrics import sampled_metrics, shares
from analysis.statistics import Samples, summarise
from analysis.wording import milliseconds, percent, significant

Statistic = Literal["median", "p90", "p99"]


class Threshold(BaseModel):
    """One limit: `at_most` or `at_least`, in ms, as a ratio, or a share from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    statistic: Statistic = "median"
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> "Threshold":
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give either at_most or at_least")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: list[Threshold] = Field(min_length=1)


@dataclass(frozen=True)
class Judged:
    """What a run says about a limit; `sentence` names it with what was found."""

    outcome: Literal["met", "missed", "cannot tell"]
    sentence: str


def read_thresholds(path: Path) -> list[Threshold]:
    """The limits of a file. Raises AnalysisError with one sentence."""
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).threshold
    except OSError as error:
        raise AnalysisError(f"{path} cannot be read: {error.strerror}; give a file of thresholds.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path} is no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AnalysisError(f"{path}, {where}: {first['msg'].removeprefix('Value error, ')}.") from error


def judge(log: RunLog, thresholds: list[Threshold]) -> list[Judged]:
    """Every limit against the run, in the order of the file."""
    sampled, counted = sampled_metrics(log), shares(log)
    return [_judged(threshold, sampled, counted) for threshold in thresholds]


def _judged(threshold: Threshold, sampled: dict, counted: dict) -> Judged:
    name = threshold.metric
    if name in counted:
        share = counted[name]
        return _against(threshold, name, share.value, (share.low, share.high), percent)
    if name not in sampled:
        near = get_close_matches(name, [*sampled, *counted], 3, 0.4)
        hint = f"; it has {', '.join(near)}" if near else ""
        return Judged("missed", f"{name}: this run did not measure it{hint}.")
    metric = sampled[name]
    summary = summarise(Samples(metric.values, metric.clips))
    estimate = getattr(summary, threshold.statistic)
    write = milliseconds if metric.unit == "ms" else significant
    label = f"{name}, {threshold.statistic}"
    if estimate is None:
        return Judged("cannot tell", f"{label}: {summary.n} samples are too few for a {threshold.statistic}.")
    interval = estimate.interval and (estimate.interval.low, estimate.interval.high)
    return _against(threshold, label, estimate.value, interval, write)


def _against(threshold: Threshold, label: str, value: float, interval: tuple | None, write) -> Judged:
    limit = threshold.at_most if threshold.at_least is None else threshold.at_least
    bound = "at most" if threshold.at_least is None else "at least"
    if interval is None:
        found = f"{write(value)}, without an interval: too few samples"
        return Judged("cannot tell", f"{label}: {found}; the limit is {bound} {write(limit)}.")
    low, high = interval
    found = f"{write(value)} (95 % interval {write(low)} to {write(high)})"
    worst, best = (high, low) if threshold.at_least is None else (-low, -high)
    signed = limit if threshold.at_least is None else -limit
    outcome = "missed" if best > signed else "met" if worst <= signed else "cannot tell"
    return Judged(outcome, f"{label}: {found}; the limit is {bound} {write(limit)}.")
