"""The same reader as `records.read_records`, for millions of lines.

Steps, requests and answers, the kinds that a run holds many of, are decoded into bare structs (msgspec); whatever is
no valid struct of these goes through the pydantic records, which accept it or name its fault. So both readers refuse
the same lines with the same sentences (tests/analysis/test_fast_records.py).
"""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from analysis.records import MAX_LINE_BYTES, STEPS_OF_PATH, Record, checked_record, opened, too_long

BLOCK = 2**20  # bytes that are decoded at once

NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Step(msgspec.Struct, tag_field="kind", tag="step", forbid_unknown_fields=True, gc=False):
    """`records.StepRecord`."""

    schema: Literal[1]
    t: float
    trial: str
    phase: Literal["warm", "cold"]
    path: Literal["shared", "edge", "cloud"]
    step: str
    ms: NotNegative
    clock: Literal["browser", "driver", "server"]
    clip: str | None = None
    round: Count = 0
    wire: Literal["npy", "json"] | None = None
    bytes: Count | None = None
    frames: Count | None = None
    network: str | None = None


class Request(msgspec.Struct, tag_field="kind", tag="request", forbid_unknown_fields=True, gc=False):
    """`records.RequestRecord`."""

    schema: Literal[1]
    t: float
    load: str
    stage: Count
    id: str
    name: str
    ms: NotNegative
    service_ms: NotNegative
    worker: str = "0"
    due: float | None = None
    status: int | None = None
    error: str | None = None
    bytes_up: Count | None = None
    bytes_down: Count | None = None
    server: dict[str, float] = {}


class Candidate(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """`records.Candidate`."""

    label: str
    probability: Annotated[float, msgspec.Meta(ge=0, le=1.000001)]


class Answer(msgspec.Struct, tag_field="kind", tag="answer", forbid_unknown_fields=True, gc=False):
    """`records.AnswerRecord`."""

    schema: Literal[1]
    t: float
    trial: str
    clip: str
    path: Literal["edge", "cloud", "native"]
    top: Annotated[list[Candidate], msgspec.Meta(min_length=1)]
    sha256: str
    gloss: str | None = None
    wire: Literal["npy", "json"] | None = None
    logits: list[float] = []


WIRES = {"cloud": (None, "npy", "json")}
VALID_STEPS = frozenset(
    (path, step, wire) for path, steps in STEPS_OF_PATH.items() for step in steps for wire in WIRES.get(path, (None,))
)


def read_fast(
    path: Path, on_truncated: Callable[[str], object] = warnings.warn
) -> Iterator[Step | Request | Answer | Record]:
    """The records of a samples file in order, as `records.read_records` gives them: the structs above have the same
    attributes. Raises RecordError."""
    decoder = msgspec.json.Decoder(Step | Request | Answer)
    number, rest = 0, b""
    with opened(path) as file:
        while block := file.read(BLOCK):
            lines = rest + block
            whole = lines.rfind(b"\n") + 1
            lines, rest = lines[:whole], lines[whole:]
            if len(rest) > MAX_LINE_BYTES:
                raise too_long(path, number + lines.count(b"\n") + 1)
            yield from _records(decoder, path, number, lines, on_truncated)
            number += lines.count(b"\n")
    yield from _records(decoder, path, number, rest, on_truncated)


def _records(
    decoder: msgspec.json.Decoder, path: Path, number: int, lines: bytes, on_truncated: Callable[[str], object]
) -> Iterator[Step | Request | Answer | Record]:
    """The records of whole lines, of which the first is line `number` + 1: at once, or line by line where one of them
    is something else or bad."""
    try:
        records = decoder.decode_lines(lines)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        records = None
    if records is not None and all(map(_is_valid, records)):
        yield from records
        return
    for line in lines.splitlines(keepends=True):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise too_long(path, number)
        if line.isspace():
            continue
        try:
            record = decoder.decode(line)
            if _is_valid(record):
                yield record
                continue
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass
        record = checked_record(path, number, line, on_truncated)
        if record is not None:
            yield record


def _is_valid(record: Step | Request | Answer) -> bool:
    """Whether a step belongs to its path and wire, which its type cannot say."""
    return type(record) is not Step or (record.path, record.step, record.wire) in VALID_STEPS
