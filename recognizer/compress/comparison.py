"""One model and its smaller variants side by side: bytes, accuracy beside the float model's, speed in both runtimes."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recognizer import evaluate
from recognizer.compress import ort_format
from recognizer.compress.runtimes import Run
from recognizer.compress.variants import WITHOUT_ORT, variants
from recognizer.datasets import Dataset
from recognizer.evaluate import Score
from recognizer.paired import Paired, compare

FLOAT = "model.onnx"
TIMED_FRAMES = 70
"""Frames of the clip that is timed, as in the page's benchmark: a sign of 2.3 s at 30 fps."""


@dataclass(frozen=True)
class Row:
    """One file. `gzipped`: its bytes as a web server sends them. `paired`: the float model first, this one second.

    `gap`: largest difference of a logit from the float model's, over all clips. `wasm` is None where nothing ran.
    """

    file: str
    bytes: int
    gzipped: int
    score: Score
    paired: Paired
    gap: float
    native: Run
    wasm: Run | None

    def as_dict(self) -> dict:
        """For JSON, with every single time (ms)."""
        runs = {"native": self.native, "wasm": self.wasm}
        return {
            "file": self.file,
            "bytes": self.bytes,
            "gzipped": self.gzipped,
            "n": self.score.n,
            "top1": self.score.top(1),
            "top5": self.score.top(5),
            "lost": self.paired.only_first,
            "won": self.paired.only_second,
            "p": self.paired.p,
            "difference": self.paired.difference,
            "difference_interval95": self.paired.interval95,
            "largest_logit_gap": self.gap,
            **{name: {"load_ms": run.load, "ms": run.ms.tolist()} if run else None for name, run in runs.items()},
        }


def make(
    model: bytes, calibration: Sequence[np.ndarray], on_file: Callable[[str], None] = lambda _: None
) -> dict[str, bytes]:
    """The float model, each variant, and each in the ORT format, by file name. `on_file` is told what is made next."""
    files = {FLOAT: model}
    for name, convert in variants(calibration).items():
        on_file(name)
        files[f"model.{name}.onnx"] = convert(model)
        if name not in WITHOUT_ORT:
            files[f"model.{name}.ort"] = ort_format.to_ort(files[f"model.{name}.onnx"])
    return files | {"model.ort": ort_format.to_ort(model)}


def timed_clip(test: Dataset) -> np.ndarray:
    """The clip that every file is timed on: the first of `test`, as `TIMED_FRAMES` frames would show it."""
    return test.subset(np.arange(1)).resampled(TIMED_FRAMES).clips[0]


def measure(files: dict[str, bytes], test: Dataset, native: dict[str, Run], wasm: dict[str, Run]) -> list[Row]:
    """A row for each of `files`, scored on `test` beside the float model."""
    logits = {name: evaluate.answers(content, test) for name, content in files.items()}
    scores = {name: evaluate.score_of(answers, test) for name, answers in logits.items()}
    return [
        Row(
            file=name,
            bytes=len(content),
            gzipped=len(zlib.compress(content, 9)),
            score=scores[name],
            paired=compare(scores[FLOAT].rank < 1, scores[name].rank < 1),
            gap=float(np.abs(logits[name] - logits[FLOAT]).max()),
            native=native[name],
            wasm=wasm.get(name),
        )
        for name, content in files.items()
    ]
