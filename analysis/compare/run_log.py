"""The records of one run, sorted: trials by phase and network, answers, loads, networks, failures.

A request that had to start something is cold, whatever its trial meant to measure, so a trial may have a warm and a
cold part, which are kept apart. Steps measured in an emulated network never mix with the others.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from analysis.compare.answer_columns import AnswerLog, Numbered, Side, SideAnswers
from analysis.compare.load_log import LoadLogs
from analysis.compare.trials import Column, Trials, TrialTable, Value
from analysis.errors import RecordError
from analysis.fast_records import Answer, Request, Step, read_fast
from analysis.records import (
    AnswerRecord,
    EndRecord,
    FailureRecord,
    LoadRecord,
    NetworkRecord,
    RequestRecord,
    RunRecord,
    StepRecord,
    Wire,
)
from analysis.statistics import Samples

COLD_MARKS = ("lambda_init", "endpoint_start")

# The records stand in the order in which they were finished, and workers write theirs in batches: only a step back in
# time that neither explains is a clock that was set; a silence longer than this, one that was, or a machine that slept.
JUMP_BACK_SECONDS = 60
JUMP_AHEAD_SECONDS = 3600
EARLY_MS = -1.0  # sent this much before it was due: the schedule's clock was set back; less is rounding

Key = tuple[str, str | None, str, str, Wire | None]


@dataclass
class ClockCheck:
    """Counts what only a clock that was set, or a machine that slept, can leave behind."""

    latest: float = float("-inf")
    jumps: int = 0
    largest_seconds: float = 0.0

    def see(self, t: float, ms: float) -> None:
        """A record that began at `t` and took `ms`."""
        gap = t - self.latest
        if 0 <= gap < JUMP_AHEAD_SECONDS:
            self.latest = t
        elif gap > 0:
            if gap > JUMP_AHEAD_SECONDS + ms / 1e3 and self.latest > 0:
                self._jumped(gap)
            self.latest = t
        elif gap < -JUMP_BACK_SECONDS - ms / 1e3:
            self._jumped(-gap)
            self.latest = t

    def _jumped(self, seconds: float) -> None:
        self.jumps += 1
        self.largest_seconds = max(self.largest_seconds, seconds)


@dataclass
class RunLog:
    """A run, ready to be summarised.

    `warm`: warm trials with a clip, outside emulated networks; `cold`: cold trials there; `in_network` and
    `cold_in_network` give those of one profile. `loose` gives the steps without pairs as they came: every cold one,
    and the warm ones without a clip.
    """

    path: Path
    run: RunRecord
    end: EndRecord | None = None
    answers: AnswerLog = field(default_factory=AnswerLog)
    failures: list[FailureRecord] = field(default_factory=list)
    networks: list[NetworkRecord] = field(default_factory=list)
    loads: LoadLogs = field(init=False)
    clock: ClockCheck = field(default_factory=ClockCheck)
    repeated_steps: int = 0
    truncated: bool = False
    _tables: dict[str, TrialTable] = field(default_factory=lambda: {"warm": TrialTable(), "cold": TrialTable()})
    _clips: Numbered = field(default_factory=Numbered)
    _columns: dict[Key, Column] = field(default_factory=lambda: defaultdict(Column))

    def __post_init__(self) -> None:
        self.loads = LoadLogs(self.path)

    @cached_property
    def warm(self) -> Trials:
        return self._trials("warm", None)

    @cached_property
    def cold(self) -> Trials:
        return self._trials("cold", None)

    @cached_property
    def networks_measured(self) -> list[str]:
        """The emulated networks that steps were measured in, in the order of the file."""
        return list(dict.fromkeys(network for _, network, *_ in self._columns if network is not None))

    def in_network(self, network: str) -> Trials:
        """The warm trials with a clip of one emulated network."""
        return self._trials("warm", network)

    def cold_in_network(self, network: str) -> Trials:
        return self._trials("cold", network)

    def loose(self, network: str | None = None) -> Iterator[tuple[Key, Column]]:
        """The steps without pairs, in the order in which the file first names them."""
        for key in self._columns:
            if key[1] == network and (column := self._loose_part(key)):
                yield key, column

    def loose_step(self, step: str, phase: str = "cold", network: str | None = None) -> Column | None:
        """All loose samples of one step, over whatever wire."""
        keys = [key for key in self._columns if (key[0], key[1], key[3]) == (phase, network, step)]
        found = [column for key in keys if (column := self._loose_part(key))]
        return _joined(found) if found else None

    def _loose_part(self, key: Key) -> Column | None:
        column, phase = self._columns[key], key[0]
        return column if phase == "cold" else _without_clip(column, self._tables[phase])

    def wires(self) -> list[Wire]:
        return self.warm.wires()

    def samples(self, value: Value) -> Samples:
        """One value a warm trial that has it, with its clip as cluster."""
        return self.warm.samples(value)

    def paired(self, *values: Value) -> list[Samples]:
        """The same warm trials for every value: those that have all of them."""
        return self.warm.paired(*values)

    @cached_property
    def cold_in_warm(self) -> int:
        """How many trials that were meant to be warm have a cold part."""
        warm = set(self.warm.names)
        return sum(name in warm for name in self.cold.names)

    @cached_property
    def warm_answers(self) -> dict[Side, SideAnswers]:
        """Answers of trials with a warm part: a cold trial repeats a clip that a warm one answers."""
        return self.answers.warm(set(self._tables["cold"].names) - set(self._tables["warm"].names))

    @property
    def early_requests(self) -> int:
        """Requests sent before they were due."""
        stages = [stage for load in self.loads.loads.values() for stage in load.stages]
        return sum(int(np.sum(np.frombuffer(stage.late_ms) < EARLY_MS)) for stage in stages if stage.late_ms)

    def _trials(self, phase: str, network: str | None) -> Trials:
        table = self._tables[phase]
        columns = {
            (step, wire): column
            for (of, where, _, step, wire), column in self._columns.items()
            if (of, where) == (phase, network)
        }
        if phase == "warm":
            columns = {key: kept for key, column in columns.items() if (kept := _with_clip(column, table))}
        found = [np.unique(np.frombuffer(column.trial, np.int64)) for column in columns.values()]
        rows = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
        return Trials(table, self._clips.names, columns, rows)


def load(path: Path) -> RunLog:
    """Sorts a samples file. Raises RecordError when it does not start with its one `run` record."""
    truncated: list[str] = []
    records = read_fast(path, truncated.append)
    run = next(records, None)
    if not isinstance(run, RunRecord):
        raise RecordError(f"{path} does not start with a run record: its run ended before it measured anything.")
    log = RunLog(path, run)
    see, add_request, file_step = log.clock.see, log.loads.add, _StepFiler(path, log)
    see(run.t, 0)
    for record in records:
        kind = type(record)
        if kind is Request or kind is RequestRecord:
            see(record.t, record.service_ms)
            add_request(record)
        elif kind is Step or kind is StepRecord:
            see(record.t, record.ms)
            file_step(record)
        elif kind is Answer or kind is AnswerRecord:
            log.answers.add(record)
        elif kind is LoadRecord:
            log.loads.open(record)
        elif kind is FailureRecord:
            log.failures.append(record)
        elif kind is NetworkRecord:
            log.networks.append(record)
        elif kind is EndRecord:
            log.end = record
        else:
            raise RecordError(f"{path} holds two runs, {run.run} and {record.run}; keep one file a run.")
    log.repeated_steps = _repeated(log)
    log.truncated = bool(truncated)
    return log


class _StepFiler:
    """Appends steps to their columns."""

    def __init__(self, path: Path, log: RunLog) -> None:
        self._path, self._log = path, log
        self._numbers: dict[str, dict[str, int]] = {"warm": {}, "cold": {}}

    def __call__(self, record: Step | StepRecord) -> None:
        phase, log = record.phase, self._log
        numbers, table = self._numbers[phase], log._tables[phase]
        clip = -1 if record.clip is None else log._clips(record.clip)
        trial = numbers.get(record.trial)
        if trial is None:
            trial = numbers[record.trial] = len(table.names)
            table.names.append(record.trial)
            table.clip.append(clip)
            table.round.append(record.round)
        elif table.clip[trial] != clip:
            first = table.clip[trial]
            raise RecordError(
                f"{self._path}: trial {record.trial} holds steps of two clips, "
                f"{log._clips.names[first] if first >= 0 else None} and {record.clip}; give every trial its own name."
            )
        column = log._columns[phase, record.network, record.path, record.step, record.wire]
        column.trial.append(trial)
        column.values.append(record.ms)
        if record.bytes is not None:
            column.bytes_trial.append(trial)
            column.byte_counts.append(record.bytes)


def _repeated(log: RunLog) -> int:
    """Samples of warm trials beyond the first of their step."""
    columns = [(key, column) for key, column in log._columns.items() if key[0] == "warm"]
    kept = [_with_clip(column, log._tables["warm"]) for _, column in columns]
    return sum(len(column.trial) - np.unique(column.trial).size for column in kept if column)


def _with_clip(column: Column, table: TrialTable) -> Column | None:
    return _selected(column, table, True)


def _without_clip(column: Column, table: TrialTable) -> Column | None:
    return _selected(column, table, False)


def _selected(column: Column, table: TrialTable, with_clip: bool) -> Column | None:
    """The samples of trials that have a clip, or that have none; None where there is none of them."""
    has_clip = np.frombuffer(table.clip, np.int64) >= 0
    trial = np.frombuffer(column.trial, np.int64)
    kept = has_clip[trial] == with_clip
    if kept.all():
        return column
    if not kept.any():
        return None
    sized = np.array(column.bytes_trial, np.int64)
    sized_kept = has_clip[sized] == with_clip
    return _column(trial[kept], column.ms[kept], sized[sized_kept], column.bytes[sized_kept])


def _joined(columns: list[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    parts = [(np.array(each.trial), each.ms, np.array(each.bytes_trial, np.int64), each.bytes) for each in columns]
    return _column(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _column(trial, ms, bytes_trial, byte_counts) -> Column:
    return Column(
        array("q", trial.astype(np.int64).tobytes()),
        array("d", ms.tobytes()),
        array("q", bytes_trial.astype(np.int64).tobytes()),
        array("q", byte_counts.astype(np.int64).tobytes()),
    )
