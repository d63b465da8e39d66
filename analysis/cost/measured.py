"""What the run measured that costs money: time in the function and at the endpoint, bytes of requests and visits."""

from dataclasses import dataclass

from analysis.compare.run_log import RunLog
from analysis.compare.speedup import median
from analysis.records import Wire
from analysis.statistics import Estimate, summarise


@dataclass(frozen=True)
class Measured:
    """Medians. Milliseconds and bytes; None: not measured. `classifier_bytes`: of a first visit, what only the
    browser's path loads."""

    wire: Wire | None
    function_ms: Estimate | None
    endpoint_ms: Estimate | None
    function_start_ms: float | None
    endpoint_start_ms: float | None
    bytes_up: float | None
    bytes_down: float | None
    first_visit_bytes: float | None
    repeat_visit_bytes: float | None
    classifier_bytes: float | None


def measured(log: RunLog, wire: Wire | None, classifier_assets: list[str]) -> Measured:
    """The function is paid from its call to its answer (`handler`), the endpoint from the function's call of it to
    its answer (`sagemaker`), which is a little more than AWS counts. `wire`: the headline's."""
    first, repeat = log.loose_step("first_visit"), log.loose_step("repeat_visit")
    assets = log.run.environment.first_visit_assets
    classifier = sum(asset.transfer for asset in assets if any(part in asset.name for part in classifier_assets))
    return Measured(
        wire=wire,
        function_ms=_warm(log, "handler", wire),
        endpoint_ms=_warm(log, "sagemaker", wire),
        function_start_ms=_cold(log, "lambda_init"),
        endpoint_start_ms=_cold(log, "endpoint_start"),
        bytes_up=_bytes(log, "encode", wire),
        bytes_down=_bytes(log, "parse", wire),
        first_visit_bytes=median(first.bytes) if first else None,
        repeat_visit_bytes=median(repeat.bytes) if repeat else None,
        classifier_bytes=float(classifier) if assets else None,
    )


def _warm(log: RunLog, step: str, wire: Wire | None) -> Estimate | None:
    summary = summarise(log.samples(lambda trials: trials.get(step, wire))) if wire else None
    return summary.median if summary else None


def _cold(log: RunLog, step: str) -> float | None:
    column = log.loose_step(step)
    return median(column.ms) if column else None


def _bytes(log: RunLog, step: str, wire: Wire | None) -> float | None:
    return median(log.samples(lambda trials: trials.bytes(step, wire)).values) if wire else None
