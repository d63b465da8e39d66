"""Scoring model files through ONNX Runtime, so that what is shipped is what is scored."""

from dataclasses import dataclass

import numpy as np

from recognizer.datasets import Dataset
from recognizer.export import INPUT, OUTPUT, single_threaded_session
from recognizer.proportion import wilson_interval


@dataclass(frozen=True)
class Score:
    """`rank` int [n]: place of the true label among the sorted logits, 0 = first. `confusion` int [true, predicted]."""

    labels: tuple[str, ...]
    rank: np.ndarray
    confusion: np.ndarray

    @property
    def n(self) -> int:
        return len(self.rank)

    def top(self, k: int) -> float:
        """Share of the sequences whose true label is among the k highest logits."""
        return float((self.rank < k).mean())

    @property
    def interval95(self) -> tuple[float, float]:
        """Of top-1, over sequences. Those of one session resemble each other, so the truth is less certain still."""
        return wilson_interval(int((self.rank < 1).sum()), self.n)

    def per_class(self) -> dict[str, tuple[int, int]]:
        """Label -> (sequences, of which recognised), for the labels that occur."""
        totals = self.confusion.sum(1)
        return {label: (int(totals[i]), int(self.confusion[i, i])) for i, label in enumerate(self.labels) if totals[i]}

    def as_manifest(self, split: str, file: str | None) -> dict:
        """The entry of the manifest's `accuracy`; `file` None: a model of the same recipe that is not shipped."""
        return {
            "split": split,
            "n": self.n,
            "top1": round(self.top(1), 4),
            "top5": round(self.top(5), 4),
            "interval95": [round(bound, 4) for bound in self.interval95],
            "file": file,
        }


def score(model: bytes, data: Dataset) -> Score:
    """Runs an ONNX or ORT model over every sequence of `data`, one at a time, as it is used."""
    return score_of(answers(model, data), data)


def answers(model: bytes, data: Dataset) -> np.ndarray:
    """The model's logits for every sequence of `data`, float32 [n, classes]."""
    session = single_threaded_session(model)
    return np.stack([session.run([OUTPUT], {INPUT: keypoints})[0] for keypoints in data.clips])


def score_of(logits: np.ndarray, data: Dataset) -> Score:
    """What `logits` [n, classes] for the sequences of `data` amount to."""
    true = np.take_along_axis(logits, data.label[:, None], axis=1)
    confusion = np.zeros((len(data.labels), len(data.labels)), dtype=int)
    np.add.at(confusion, (data.label, logits.argmax(1)), 1)
    return Score(data.labels, (logits > true).sum(1), confusion)
