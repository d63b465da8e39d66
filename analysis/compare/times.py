"""Where the time of a video goes: every step, and an additive breakdown by path.

Self times (the cloud's nested clocks, from outside in) are taken within one trial:

    round_trip = network + gateway's own + Lambda's own + InvokeEndpoint's own + endpoint's steps
    network               = round_trip - gateway
    gateway's own         = gateway - lambda
    Lambda's own          = lambda - sagemaker         (Runtime API and handler)
    InvokeEndpoint's own = sagemaker - (endpoint decode + queue + inference + encode)

A self time may come out slightly negative where two clocks round differently; it is left so.
"""

import numpy as np

from analysis.compare.comparison import Breakdown, Part, StepSummary
from analysis.compare.run_log import RunLog
from analysis.compare.trials import Column, Trials, Value, total
from analysis.records import STEPS_OF_PATH, Wire
from analysis.statistics import Floats, Samples, Summary, summarise

ENDPOINT_STEPS = ("endpoint_decode", "endpoint_queue", "endpoint_inference", "endpoint_encode")
EXTRACTION = ("decode", "landmarks")
NESTED_CLOCKS = ("round_trip", "gateway", "lambda", "sagemaker")


def difference(step: str, inner: tuple[str, ...], wire: Wire | None) -> Value:
    """`step` minus the steps measured inside it, within one trial."""
    return lambda trials: trials.get(step, wire) - total(trials.get(name, wire) for name in inner)


def step_value(step: str, wire: Wire | None = None) -> Value:
    return lambda trials: trials.get(step, wire)


def summarise_steps(log: RunLog) -> list[StepSummary]:
    """Every step that the run holds outside emulated networks, in the order of docs/contracts.md; cold apart from
    warm."""
    rows = []
    for path, names in STEPS_OF_PATH.items():
        for step in names:
            for wire in (None, *log.wires()):
                if log.warm.has(step, wire):
                    rows.append(StepSummary("warm", path, wire, step, summarise(log.samples(step_value(step, wire)))))
    for (phase, _, path, step, wire), column in log.loose():
        rows.append(StepSummary(phase, path, wire, step, summarise_column(column)))
    return rows


def summarise_column(column: Column | None) -> Summary | None:
    """Summary of samples that stand alone."""
    return None if column is None else summarise(Samples(column.ms))


def breakdowns(log: RunLog) -> list[Breakdown]:
    """The parts of a video's time on each path that has complete trials; see docs/report.md for `rest_ms`."""
    candidates = [_edge_breakdown(log)] + [_cloud_breakdown(log, wire) for wire in log.wires()]
    return [breakdown for breakdown in candidates if breakdown]


def landmark_share(log: RunLog) -> Summary | None:
    """Landmarks / (extract + classify) within one trial: the browser's path, clip to answer."""

    def share(trials: Trials) -> Floats:
        whole = total((trials.get("extract"), trials.get("classify")))
        return trials.get("landmarks") / np.where(whole > 0, whole, np.nan)

    return summarise(log.samples(share))


def _extraction_parts() -> dict[str, Value]:
    return {step: step_value(step) for step in EXTRACTION}


def _edge_breakdown(log: RunLog) -> Breakdown | None:
    parts = _extraction_parts() | {
        "inference": step_value("inference"),
        "worker": difference("classify", ("inference",), None),
    }
    return _breakdown(log, "edge", None, parts, server_timings=False)


def _cloud_breakdown(log: RunLog, wire: Wire) -> Breakdown | None:
    server = {
        "network": difference("round_trip", ("gateway",), wire),
        "gateway_own": difference("gateway", ("lambda",), wire),
        "lambda_own": difference("lambda", ("sagemaker",), wire),
        "sagemaker_own": difference("sagemaker", ENDPOINT_STEPS, wire),
    }
    server |= {step: step_value(step, wire) for step in ENDPOINT_STEPS}
    timed = bool(np.isfinite(total(log.warm.get(step, wire) for step in NESTED_CLOCKS)).any())
    parts = _extraction_parts() | {"encode": step_value("encode", wire)}
    parts |= server if timed else {"round_trip": step_value("round_trip", wire)}
    parts["parse"] = step_value("parse", wire)
    return _breakdown(log, "cloud", wire, parts, server_timings=timed)


def _breakdown(
    log: RunLog, path: str, wire: Wire | None, parts: dict[str, Value], server_timings: bool
) -> Breakdown | None:
    columns = log.paired(*parts.values())
    if columns[0].values.size == 0:
        return None
    summaries = [Part(name, summarise(column)) for name, column in zip(parts, columns, strict=True)]
    after_landmarks = [column for name, column in zip(parts, columns, strict=True) if name not in EXTRACTION]
    whole = _sum(columns)
    rest = whole.median.value - sum(part.ms.median.value for part in summaries)
    return Breakdown(path, wire, summaries, _sum(after_landmarks), whole, float(rest), server_timings)


def _sum(columns: list[Samples]) -> Summary:
    return summarise(Samples(np.sum([column.values for column in columns], axis=0), columns[0].clusters))
