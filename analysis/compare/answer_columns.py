"""Answers as columns: what accuracy, agreement and the table of clips read of them, for millions of answers."""

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from analysis.compare.comparison import AnswerPath
from analysis.records import AnswerRecord, Wire
from analysis.statistics import Floats, Ints

Side = tuple[AnswerPath, Wire | None]
PATH_ORDER = ("edge", "cloud", "native")


class Numbered:
    """Strings by the order in which they were first seen."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.number: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        number = self.number.get(name)
        if number is None:
            number = self.number[name] = len(self.names)
            self.names.append(name)
        return number


@dataclass
class SideColumns:
    """The answers of one path over one wire, in the order of the file. `trial`, `clip`, `gloss` (-1: unknown) and
    `top1` are numbers of `AnswerLog`'s names; `hit5`: whether the gloss is among the first five. `logits` lie end to
    end, `lengths` of each answer."""

    trial: array = field(default_factory=lambda: array("q"))
    clip: array = field(default_factory=lambda: array("q"))
    gloss: array = field(default_factory=lambda: array("q"))
    top1: array = field(default_factory=lambda: array("q"))
    hit5: array = field(default_factory=lambda: array("b"))
    logits: array = field(default_factory=lambda: array("d"))
    lengths: array = field(default_factory=lambda: array("q"))


@dataclass(frozen=True)
class SideAnswers:
    """`SideColumns` of warm trials, as numpy arrays [n]."""

    trial: Ints
    clip: Ints
    gloss: Ints
    top1: Ints
    hit5: Ints
    logits: Floats
    starts: Ints
    lengths: Ints

    @property
    def first(self) -> Ints:
        """The row of each clip's first answer, in the order of the file."""
        return np.sort(np.unique(self.clip, return_index=True)[1])


class AnswerLog:
    """All answers of a run."""

    def __init__(self) -> None:
        self.trials, self.clips, self.labels = Numbered(), Numbered(), Numbered()
        self.hashes: dict[AnswerPath, set[str]] = defaultdict(set)
        self._sides: dict[Side, SideColumns] = defaultdict(SideColumns)

    def add(self, answer: AnswerRecord) -> None:
        side = self._sides[answer.path, answer.wire]
        side.trial.append(self.trials(answer.trial))
        side.clip.append(self.clips(answer.clip))
        side.gloss.append(-1 if answer.gloss is None else self.labels(answer.gloss))
        side.top1.append(self.labels(answer.top[0].label))
        side.hit5.append(any(candidate.label == answer.gloss for candidate in answer.top[:5]))
        side.logits.extend(answer.logits)
        side.lengths.append(len(answer.logits))
        self.hashes[answer.path].add(answer.sha256)

    def warm(self, only_cold: set[str]) -> dict[Side, SideAnswers]:
        """The answers by side, without those of the trials named: a cold trial repeats a clip that a warm one
        answers."""
        left_out = np.array([name in only_cold for name in self.trials.names], dtype=bool)
        found = {}
        for side in sorted(self._sides, key=lambda side: (PATH_ORDER.index(side[0]), side[1] != "npy")):
            answers = _as_arrays(self._sides[side], left_out)
            if answers.trial.size:
                found[side] = answers
        return found


def _as_arrays(columns: SideColumns, left_out: np.ndarray) -> SideAnswers:
    trial = np.array(columns.trial)
    kept = ~left_out[trial]
    lengths = np.array(columns.lengths)
    starts = np.cumsum(lengths) - lengths
    return SideAnswers(
        trial=trial[kept],
        clip=np.array(columns.clip)[kept],
        gloss=np.array(columns.gloss)[kept],
        top1=np.array(columns.top1)[kept],
        hit5=np.array(columns.hit5)[kept],
        logits=np.frombuffer(columns.logits) if columns.logits else np.empty(0),
        starts=starts[kept],
        lengths=lengths[kept],
    )
