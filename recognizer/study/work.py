"""One run of a study, from its spec and the data to the files of its result."""

import math
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from recognizer import evaluate, export, files, splits, weights
from recognizer.compress import variants as compress
from recognizer.datasets import Dataset
from recognizer.evaluate import Score
from recognizer.recipes import RECIPES
from recognizer.study.folds import folds
from recognizer.study.plan import FLOAT, Run, sizes
from recognizer.study.store import SCHEMA_VERSION, WEIGHTS
from recognizer.train import Epoch

SCORED_AT_ONCE = 64
"""Clips, where a model is scored in PyTorch: 300 frames through six layers take memory."""

Progress = Callable[[Epoch, int], None]
"""Called after each epoch, with the most epochs that there will be."""


def work(run: Run, data: Dataset, out: Path, teacher: Path | None, progress: Progress) -> dict:
    """Trains, exports and scores `run`, and writes the model files and the weights into `out`; returns the result.

    `teacher`: the teacher's weights. Raises RecognizerError where parting the data, training or export fails.
    """
    begun = time.perf_counter()
    split = folds(data, run.split, run.held_out)[run.fold]
    train, validation = splits.validation_of(split.train)
    recipe = RECIPES[run.recipe]
    layers, units = sizes(run.variant)
    arch = recipe.architecture(classes=len(data.labels), layers=layers, feed_forward=units, **run.architecture)
    settings = recipe.settings(**({"seed": run.seed} | run.settings))
    fitted = recipe.fit(
        train,
        arch,
        settings,
        lambda epoch, _: progress(epoch, settings.epochs),
        validation=validation,
        teacher=weights.load(teacher).eval() if teacher else None,
    )
    trained = time.perf_counter()

    models = model_files(fitted.model, train, run.files) if run.files else {}
    scores = {name: evaluate.score(content, split.test) for name, content in models.items()}
    scores = scores or {WEIGHTS: score(fitted.model, split.test)}
    best = fitted.epochs[fitted.best_epoch - 1]
    for name, content in models.items():
        files.write(out / name, content)
    weights.save(fitted.model, out / WEIGHTS)
    return {
        "schema_version": SCHEMA_VERSION,
        "run": run.as_dict(),
        "split": split.name,
        "notes": list(dict.fromkeys((*split.notes, *validation.notes))),
        "clips": {"train": len(train), "validation": len(validation), "test": len(split.test)},
        "architecture": asdict(arch),
        "settings": settings.as_dict(),
        "parameters": sum(parameter.numel() for parameter in fitted.model.parameters()),
        "epochs": [_without_nan(asdict(epoch)) for epoch in fitted.epochs],
        "best_epoch": fitted.best_epoch,
        "validation_loss": best.validation_loss,
        "validation_top1": best.validation_top1,
        "files": [
            {"file": name, "bytes": (out / name).stat().st_size, "ranks": scored.rank.tolist()}
            for name, scored in scores.items()
        ],
        "confusion": next(iter(scores.values())).confusion.tolist(),
        "seconds": {
            "training": trained - begun,
            "total": time.perf_counter() - begun,
            "processor": time.process_time(),
        },
        "peak_rss_bytes": peak_rss(),
        "environment": environment(),
    }


def model_files(model: nn.Module, train: Dataset, names: Sequence[str]) -> dict[str, bytes]:
    """The model as files of these `names`: the float one first, then compressed ones."""
    content = export.to_onnx(model)
    convert = compress.variants(train.clips[:: -(-len(train) // compress.CALIBRATION_CLIPS)])
    return {name: content if name == FLOAT else convert[name.split(".")[1]](content) for name in names}


def score(model: nn.Module, data: Dataset) -> Score:
    """As `evaluate.score`, in PyTorch: for models that nobody will ship, and so need no file."""
    logits = []
    for chosen in np.array_split(np.arange(len(data)), -(-len(data) // SCORED_AT_ONCE)):
        with torch.inference_mode():
            logits.append(model(*map(torch.from_numpy, data.padded(chosen))).numpy())
    return evaluate.score_of(np.concatenate(logits), data)


def peak_rss() -> int:
    """The most memory that this process has held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def environment() -> dict:
    """What a duration depends on."""
    return {
        "machine": platform.machine(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
    }


def _without_nan(values: dict) -> dict:
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}
