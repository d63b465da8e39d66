"""Steps as columns: one array a step, one row a trial.

A trial is one pass of one clip: it holds each step of each path at most once, which is what makes paired ratios and
self times possible. Ten million steps as objects would take gigabytes; as columns they take 16 bytes each.
"""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.records import Wire
from analysis.statistics import Floats, Ints, Samples

CLOUD_TOTAL = ("encode", "round_trip", "parse")


@dataclass
class Column:
    """Every sample of one step: the trial it belongs to and its milliseconds, in the order of the file; `bytes` with
    their `bytes_trial`, of the samples that have any."""

    trial: array = field(default_factory=lambda: array("q"))
    values: array = field(default_factory=lambda: array("d"))
    bytes_trial: array = field(default_factory=lambda: array("q"))
    byte_counts: array = field(default_factory=lambda: array("q"))

    @property
    def ms(self) -> Floats:
        return np.frombuffer(self.values) if self.values else np.empty(0)

    @property
    def bytes(self) -> Ints:
        return np.frombuffer(self.byte_counts, np.int64) if self.byte_counts else np.empty(0, np.int64)


@dataclass
class TrialTable:
    """Every trial of a file by its number: name, clip (an index into the run's clip names; -1: none) and round."""

    names: list[str] = field(default_factory=list)
    clip: array = field(default_factory=lambda: array("q"))
    round: array = field(default_factory=lambda: array("q"))


class Trials:
    """Some trials, one row each, in the order in which they began. Values are milliseconds [n], NaN where a trial
    lacks the step."""

    def __init__(
        self, table: TrialTable, clip_names: list[str], columns: dict[tuple[str, Wire | None], Column], rows: Ints
    ) -> None:
        self._table = table
        self._clip_names = clip_names
        self._columns = columns
        self._rows = rows  # numbers of these trials in the table, ascending

    def __len__(self) -> int:
        return int(self._rows.size)

    @cached_property
    def names(self) -> list[str]:
        return [self._table.names[row] for row in self._rows]

    @cached_property
    def rounds(self) -> Ints:
        return _taken(self._table.round, self._rows)

    @cached_property
    def clips(self) -> Ints:
        """The clip of each trial: an index into the names in their alphabetical order, so that an interval does not
        depend on the order in which clips were run; -1 where there is none."""
        if not self._clip_names:
            return np.full(len(self), -1)
        order = np.argsort(np.array(self._clip_names), kind="stable")
        rank = np.empty(order.size + 1, np.int64)
        rank[order] = np.arange(order.size)
        rank[-1] = -1
        return rank[_taken(self._table.clip, self._rows)]

    @cached_property
    def sorted_clip_names(self) -> list[str]:
        """The names that `clips` points into."""
        return sorted(self._clip_names)

    def wires(self) -> list[Wire]:
        return sorted({wire for _, wire in self._columns if wire is not None}, reverse=True)

    def has(self, step: str, wire: Wire | None = None) -> bool:
        return (step, wire) in self._columns

    def get(self, step: str, wire: Wire | None = None) -> Floats:
        """A step's milliseconds; the first of a trial that holds it twice."""
        column = self._columns.get((step, wire))
        return self._dense(None if column is None else column.trial, None if column is None else column.ms)

    def bytes(self, step: str, wire: Wire | None = None) -> Floats:
        column = self._columns.get((step, wire))
        return self._dense(None if column is None else column.bytes_trial, None if column is None else column.bytes)

    def cloud_total(self, wire: Wire) -> Floats:
        """Keypoints in the page -> answer of the cloud in the page."""
        return total(self.get(step, wire) for step in CLOUD_TOTAL)

    def _dense(self, trial: array | None, values: Floats | Ints | None) -> Floats:
        dense = np.full(len(self), np.nan)
        if trial:
            rows = np.searchsorted(self._rows, np.frombuffer(trial, np.int64))
            dense[rows[::-1]] = values[::-1]  # the last assignment to a row wins: the first sample
        return dense

    def clip_names(self, value: "Value") -> list[str]:
        """The names of the clips whose trials have the value, in the order of `Samples.clusters`."""
        kept = np.isfinite(value(self))
        return [self.sorted_clip_names[clip] for clip in np.unique(self.clips[kept])]

    def samples(self, value: "Value") -> Samples:
        """One value for each trial that has it, with its clip as cluster."""
        return self.paired(value)[0]

    def paired(self, *values: "Value") -> list[Samples]:
        """The same trials for every value: those that have all of them."""
        columns = [np.broadcast_to(np.asarray(value(self), np.float64), len(self)) for value in values]
        kept = np.all([np.isfinite(column) for column in columns], axis=0) if len(self) else np.zeros(0, bool)
        clusters = np.unique(self.clips[kept], return_inverse=True)[1].astype(np.int64)
        return [Samples(column[kept], clusters) for column in columns]


Value = Callable[[Trials], Floats]


def total(values: Iterable[Floats]) -> Floats:
    """The sum, NaN where a part is missing."""
    return sum(values)


def _taken(column: array, rows: Ints) -> Ints:
    return np.frombuffer(column, np.int64)[rows] if column else np.empty(0, np.int64)
