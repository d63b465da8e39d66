"""The records of one run, sorted into trials.

A trial is one pass of one clip: it holds each step of each path at most once, which is what makes paired ratios
and self times possible. A request that had to start something is cold, whatever its trial meant to measure, so a
trial may have a warm and a cold part, which are kept apart. Cold starts and the benchmark, which have no pairs,
are kept as they came: `loose`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.errors import RecordError
from analysis.records import (
    AnswerRecord,
    EndRecord,
    FailureRecord,
    RunRecord,
    StepRecord,
    Wire,
    read_records,
)
from analysis.statistics import Samples

CLOUD_TOTAL = ("encode", "round_trip", "parse")
COLD_MARKS = ("lambda_init", "endpoint_start")


@dataclass
class Trial:
    """The steps of one trial: milliseconds, and bytes where a step carries any, by (step, wire)."""

    name: str
    clip: str | None
    ms: dict[tuple[str, Wire | None], float] = field(default_factory=dict)
    bytes: dict[tuple[str, Wire | None], int] = field(default_factory=dict)

    def get(self, step: str, wire: Wire | None = None) -> float | None:
        return self.ms.get((step, wire))

    def cloud_total(self, wire: Wire) -> float | None:
        """Keypoints in the page -> answer of the cloud in the page."""
        return total(self.get(step, wire) for step in CLOUD_TOTAL)


@dataclass
class RunLog:
    """A run, ready to be summarised: `warm` trials of clips, `cold` trials, and `loose` steps (every cold one, and
    the warm ones that name no clip)."""

    run: RunRecord
    end: EndRecord | None = None
    warm: list[Trial] = field(default_factory=list)
    cold: list[Trial] = field(default_factory=list)
    loose: list[StepRecord] = field(default_factory=list)
    answers: list[AnswerRecord] = field(default_factory=list)
    failures: list[FailureRecord] = field(default_factory=list)
    repeated_steps: int = 0
    truncated: bool = False

    def cold_in_warm(self) -> list[Trial]:
        """The cold parts of trials that were meant to be warm."""
        warm = {trial.name for trial in self.warm}
        return [trial for trial in self.cold if trial.name in warm]

    def warm_answers(self) -> list[AnswerRecord]:
        """Answers of trials with a warm part: a cold trial repeats a clip that a warm one answers."""
        only_cold = {trial.name for trial in self.cold} - {trial.name for trial in self.warm}
        return [answer for answer in self.answers if answer.trial not in only_cold]

    def wires(self) -> list[Wire]:
        seen = {wire for trial in self.warm for _, wire in trial.ms if wire is not None}
        return sorted(seen, reverse=True)

    def samples(self, value: Callable[[Trial], float | None]) -> Samples:
        """One value a warm trial that has it, with its clip as cluster."""
        return self.paired(value)[0]

    def paired(self, *values: Callable[[Trial], float | None]) -> list[Samples]:
        """The same trials for every value: those that have all of them."""
        rows, clips = [], []
        for trial in self.warm:
            row = [value(trial) for value in values]
            if None not in row:
                rows.append(row)
                clips.append(trial.clip)
        columns = np.array(rows, dtype=np.float64).reshape(len(rows), len(values))
        clusters = np.unique(np.array(clips, dtype=str), return_inverse=True)[1].astype(np.int64)
        return [Samples(columns[:, index], clusters) for index in range(len(values))]


def total(values: Iterable[float | None]) -> float | None:
    """The sum, or None where a part is missing."""
    parts = list(values)
    return None if None in parts else float(sum(parts))


def load(path: Path) -> RunLog:
    """Sorts a samples file. Raises RecordError when it does not start with its one `run` record."""
    truncated: list[str] = []
    records = read_records(path, truncated.append)
    run = next(records, None)
    if not isinstance(run, RunRecord):
        raise RecordError(f"{path} does not start with a run record: its run ended before it measured anything.")
    log = RunLog(run)
    trials: dict[tuple[str, str], Trial] = {}
    for record in records:
        match record:
            case RunRecord():
                raise RecordError(f"{path} holds two runs, {run.run} and {record.run}; keep one file a run.")
            case AnswerRecord():
                log.answers.append(record)
            case FailureRecord():
                log.failures.append(record)
            case EndRecord():
                log.end = record
            case StepRecord():
                if record.phase == "cold" or record.clip is None:
                    log.loose.append(record)
                if record.phase == "cold" or record.clip is not None:
                    _file_step(path, log, trials, record)
    log.warm = [trial for (_, phase), trial in trials.items() if phase == "warm"]
    log.cold = [trial for (_, phase), trial in trials.items() if phase == "cold"]
    log.truncated = bool(truncated)
    return log


def _file_step(path: Path, log: RunLog, trials: dict[tuple[str, str], Trial], record: StepRecord) -> None:
    trial = trials.setdefault((record.trial, record.phase), Trial(record.trial, record.clip))
    if trial.clip != record.clip:
        raise RecordError(
            f"{path}: trial {record.trial} holds steps of two clips, {trial.clip} and {record.clip}; "
            "give every trial its own name."
        )
    key = (record.step, record.wire)
    if key in trial.ms:
        log.repeated_steps += record.phase == "warm"
        return
    trial.ms[key] = record.ms
    if record.bytes is not None:
        trial.bytes[key] = record.bytes
