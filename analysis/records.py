"""Sample records (docs/contracts.md): the typed lines of a run's `samples.jsonl`, their writer and their reader.

A run's file is JSON Lines, one record a line: one `run`, then all others in the order in which they happened, then
one `end`. A file without an `end` belongs to a run that was cut short.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, BinaryIO, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from analysis.errors import RecordError

SCHEMA = 1
MAX_LINE_BYTES = 4 * 2**20  # the longest real line, a run with 10 000 clips, stays below 2 MiB

SharedStep = Literal["extract", "decode", "landmarks", "pose", "hands"]
EdgeStep = Literal[
    "classify",
    "inference",
    "bare_inference",
    "page_inference",
    "first_visit",
    "repeat_visit",
    "offline_visit",
    "first_answer",
    "visit_connect",
    "visit_download",
    "visit_compile",
    "visit_session",
    "visit_first_frame",
]
CloudStep = Literal[
    "encode",
    "round_trip",
    "parse",
    "gateway",
    "lambda",
    "lambda_init",
    "handler",
    "sagemaker",
    "endpoint_start",
    "endpoint_decode",
    "endpoint_queue",
    "endpoint_inference",
    "endpoint_encode",
    "exec_to_ready",
    "start_interpreter",
    "start_imports",
    "start_model",
    "start_first_run",
    "endpoint_first_answer",
    "baseline_first_answer",
    "container_ready",
    "lambda_exec_to_ready",
    "lambda_boot",
    "lambda_imports",
    "aa_first",
    "aa_second",
]
STEPS_OF_PATH: dict[str, tuple[str, ...]] = {
    "shared": get_args(SharedStep),
    "edge": get_args(EdgeStep),
    "cloud": get_args(CloudStep),
}
Wire = Literal["npy", "json"]
LoadUser = Literal["cloud", "endpoint", "site", "browser", "mixed"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)

    schema_version: Literal[1] = Field(default=SCHEMA, alias="schema")
    t: float


class ModelFile(BaseModel):
    """The model file that both paths must run; `labels`, when given, tells which clips it can name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    file: str
    sha256: str
    labels: list[str] | None = None


class ClipEntry(BaseModel):
    """One clip of the run; `gloss` is its true label, `source` the collection it comes from."""

    model_config = ConfigDict(extra="allow", frozen=True)

    clip: str
    gloss: str | None = None
    source: str = "unknown"


class Asset(BaseModel):
    """A file that a first visit loads; bytes over the wire and unpacked."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    transfer: int = Field(ge=0)
    decoded: int = Field(ge=0)


class Environment(BaseModel):
    """What the run was measured on: what the report reads of it, and anything else, which it shows as it comes."""

    model_config = ConfigDict(extra="allow", frozen=True)

    cores: int | None = None
    load_average: tuple[float, float, float] | None = None
    first_visit_assets: list[Asset] = Field(default_factory=list)


class RunRecord(_Record):
    """The first line: what was to be measured, where and with what."""

    kind: Literal["run"] = "run"
    run: str
    environment: Environment
    settings: dict[str, Any]
    model: ModelFile
    clips: list[ClipEntry]


class StepRecord(_Record):
    """One step of one trial took `ms` milliseconds by the named clock."""

    kind: Literal["step"] = "step"
    trial: str
    clip: str | None = None
    round: int = Field(default=0, ge=0)
    phase: Literal["warm", "cold"]
    path: Literal["shared", "edge", "cloud"]
    wire: Wire | None = None
    step: SharedStep | EdgeStep | CloudStep
    ms: float = Field(ge=0)
    clock: Literal["browser", "driver", "server"]
    bytes: int | None = Field(default=None, ge=0)
    frames: int | None = Field(default=None, ge=0)
    network: str | None = None

    @model_validator(mode="after")
    def _step_belongs_to_path(self) -> "StepRecord":
        if self.step not in STEPS_OF_PATH[self.path]:
            raise ValueError(f"step {self.step!r} is no step of path {self.path!r}")
        if self.wire is not None and self.path != "cloud":
            raise ValueError(f"path {self.path!r} has no wire")
        return self


class Candidate(BaseModel):
    """One of the likeliest classes of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    probability: float = Field(ge=0, le=1.000001)


class AnswerRecord(_Record):
    """What one path answered in one trial; `top` is sorted, likeliest first."""

    kind: Literal["answer"] = "answer"
    trial: str
    clip: str
    gloss: str | None = None
    path: Literal["edge", "cloud", "native"]
    wire: Wire | None = None
    top: list[Candidate] = Field(min_length=1)
    logits: list[float] = Field(default_factory=list)
    sha256: str


class FailureRecord(_Record):
    """A trial that gave no answer; `message` is the sentence that the user saw."""

    kind: Literal["failure"] = "failure"
    trial: str
    clip: str | None = None
    path: Literal["shared", "edge", "cloud", "native"]
    code: str
    message: str


class Nominal(BaseModel):
    """What a network profile promises: whole round trip and its jitter (ms), loss as a share, rates in Mbit/s."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rtt_ms: float = Field(ge=0)
    jitter_ms: float = Field(ge=0)
    loss: float = Field(ge=0, le=1)
    up_mbit: float | None = Field(default=None, gt=0)
    down_mbit: float | None = Field(default=None, gt=0)


class NetworkRecord(_Record):
    """A network profile as it was found when it was measured; `measured` holds the raw values of each quantity
    (`rtt_ms`, `connect_ms`, `loss`, `up_mbit`, `down_mbit`)."""

    kind: Literal["network"] = "network"
    network: str
    emulation: Literal["tun", "netem", "chromium", "none"]
    nominal: Nominal
    source: str
    measured: dict[str, list[float]] = Field(default_factory=dict)


class Stage(BaseModel):
    """A stretch of a load: `rate` requests a second (open) or `users` at once (closed), for `seconds`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(gt=0)
    rate: float | None = Field(default=None, gt=0)
    users: int | None = Field(default=None, ge=1)


class LoadRecord(_Record):
    """A load, before its requests: who asks what, by which workload, in which stages."""

    kind: Literal["load"] = "load"
    load: str
    user: LoadUser
    wire: Wire | None = None
    workload: Literal["open", "closed"]
    stages: list[Stage] = Field(min_length=1)
    workers: int = Field(default=1, ge=1)
    network: str | None = None


class RequestRecord(_Record):
    """One request of a load; `t` is when it was sent.

    `ms` counts from the moment that the schedule wanted it (`due`, open workload) to the whole answer, so that a
    server that falls behind cannot hide it; `service_ms` from when it was sent. `status` is null where no answer came.
    """

    kind: Literal["request"] = "request"
    load: str
    stage: int = Field(ge=0)
    id: str
    name: str
    worker: str = "0"
    due: float | None = None
    ms: float = Field(ge=0)
    service_ms: float = Field(ge=0)
    status: int | None = None
    error: str | None = None
    bytes_up: int | None = Field(default=None, ge=0)
    bytes_down: int | None = Field(default=None, ge=0)
    server: dict[str, float] = Field(default_factory=dict)

    @property
    def late_ms(self) -> float | None:
        """How much later than due it was sent."""
        return None if self.due is None else (self.t - self.due) * 1e3


class EndRecord(_Record):
    """The last line; `completed` is false when the run was cut short."""

    kind: Literal["end"] = "end"
    completed: bool
    seconds: float = Field(ge=0)


Record = RunRecord | StepRecord | AnswerRecord | FailureRecord | NetworkRecord | LoadRecord | RequestRecord | EndRecord
_adapter: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="kind")])


class RecordWriter:
    """Writes a new samples file, one `write(2)` a record, so that a signal or a crash never leaves half a record
    behind one that was written. It stays usable after KeyboardInterrupt: write the `end` record, then close. Others may
    append whole records meanwhile (a load's processes do).

    Raises RecordError if the file exists already (a run is never appended to another) or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except OSError as error:
            raise RecordError(f"{path} cannot be created: {error.strerror}; choose a new folder.") from error

    def write(self, record: Record) -> None:
        """Appends one record; one that does not fit on the disk is taken back whole."""
        line = record.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n"
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise RecordError(f"{self.path} cannot be written: {error.strerror}.") from error
        if written < len(line):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise RecordError(f"{self.path} took only a part of a record: the disk is full; free some space.")

    def close(self) -> None:
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_records(path: Path, on_truncated: Callable[[str], object] = warnings.warn) -> Iterator[Record]:
    """Yields the records of a samples file, in order, without holding the file in memory.

    A last line without its newline that does not parse is what a killed writer leaves: it is skipped and
    `on_truncated` gets one sentence. Anything else that does not parse raises RecordError with file and line.
    """
    with opened(path) as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise too_long(path, number)
            if line.isspace():
                continue
            record = checked_record(path, number, line, on_truncated)
            if record is None:
                return
            yield record


def opened(path: Path) -> BinaryIO:
    """The samples file, to be read. Raises RecordError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}; give the folder of a run.") from error


def too_long(path: Path, number: int) -> RecordError:
    return RecordError(f"{path}, line {number}: longer than {MAX_LINE_BYTES} bytes.")


def checked_record(path: Path, number: int, line: bytes, on_truncated: Callable[[str], object]) -> Record | None:
    """The record of a line; None for a cut-off last one. Raises RecordError."""
    try:
        return _adapter.validate_json(line)
    except ValidationError as error:
        if not line.endswith(b"\n"):
            on_truncated(f"{path}, line {number}: the last record is cut off and was left out.")
            return None
        raise RecordError(f"{path}, line {number}: {_first_problem(error, number)}.") from error


def _first_problem(error: ValidationError, number: int) -> str:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if field.endswith("schema"):
        found = f"schema {first['input']!r} is unknown, this version reads schema {SCHEMA}"
        if number > 1:
            return f"{found}, which the lines before it are; keep the records of two versions in two runs"
        return f"{found}; update cerca"
    return f"{field}: {first['msg']}" if field else first["msg"]
