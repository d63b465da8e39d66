"""Where the time of a video goes: every step, and an additive breakdown by path.

Self times (the cloud's nested clocks, from outside in) are taken within one trial:

    round_trip = network + gateway's own + Lambda's own + InvokeEndpoint's own + endpoint's steps
    network               = round_trip - gateway
    gateway's own         = gateway - lambda
    Lambda's own          = lambda - sagemaker         (Runtime API and handler)
    InvokeEndpoint's own = sagemaker - (endpoint decode + queue + inference + encode)

A self time may come out slightly negative where two clocks round differently; it is left so.
"""

from collections.abc import Callable, Iterator

import numpy as np

from analysis.compare.comparison import Breakdown, Part, StepSummary
from analysis.compare.run_log import RunLog, Trial, total
from analysis.records import STEPS_OF_PATH, StepRecord, Wire
from analysis.statistics import Floats, Samples, Summary, summarise

ENDPOINT_STEPS = ("endpoint_decode", "endpoint_queue", "endpoint_inference", "endpoint_encode")
EXTRACTION = ("decode", "landmarks")
NESTED_CLOCKS = ("round_trip", "gateway", "lambda", "sagemaker")
Value = Callable[[Trial], float | None]


def difference(step: str, inner: tuple[str, ...], wire: Wire | None) -> Value:
    """`step` minus the steps measured inside it, within one trial."""

    def of_trial(trial: Trial) -> float | None:
        outer, inside = trial.get(step, wire), total(trial.get(name, wire) for name in inner)
        return None if outer is None or inside is None else outer - inside

    return of_trial


def step_value(step: str, wire: Wire | None = None) -> Value:
    return lambda trial: trial.get(step, wire)


def summarise_steps(log: RunLog) -> list[StepSummary]:
    """Every step that the run holds, in the order of docs/contracts.md; cold apart from warm."""
    rows = []
    for path, names in STEPS_OF_PATH.items():
        for step in names:
            for wire in (None, *log.wires()):
                summary = summarise(log.samples(step_value(step, wire)))
                if summary:
                    rows.append(StepSummary("warm", path, wire, step, summary))
    return rows + list(_loose_steps(log))


def _loose_steps(log: RunLog) -> Iterator[StepSummary]:
    groups: dict[tuple, list[StepRecord]] = {}
    for record in log.loose:
        groups.setdefault((record.phase, record.path, record.wire, record.step), []).append(record)
    for (phase, path, wire, step), records in groups.items():
        yield StepSummary(phase, path, wire, step, summarise_loose(records))


def milliseconds(records: list[StepRecord]) -> Floats:
    return np.array([record.ms for record in records], dtype=np.float64)


def summarise_loose(records: list[StepRecord]) -> Summary | None:
    return summarise(Samples(milliseconds(records)))


def breakdowns(log: RunLog) -> list[Breakdown]:
    """The parts of a video's time on each path that has complete trials; see docs/report.md for `rest_ms`."""
    candidates = [_edge_breakdown(log)] + [_cloud_breakdown(log, wire) for wire in log.wires()]
    return [breakdown for breakdown in candidates if breakdown]


def landmark_share(log: RunLog) -> Summary | None:
    """Landmarks / (extract + classify) within one trial: the browser's path, clip to answer."""

    def of_trial(trial: Trial) -> float | None:
        whole = total((trial.get("extract"), trial.get("classify")))
        landmarks = trial.get("landmarks")
        return landmarks / whole if whole and landmarks is not None else None

    return summarise(log.samples(of_trial))


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
    timed = any(all((step, wire) in trial.ms for step in NESTED_CLOCKS) for trial in log.warm)
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
