"""How long the models of a study take to answer, natively and under WebAssembly, measured once all is trained."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recognizer import files
from recognizer.compress import runtimes
from recognizer.datasets import Dataset
from recognizer.errors import RuntimeMissing
from recognizer.study.plan import FLOAT, INT8, Run
from recognizer.study.store import Store
from recognizer.study.summarise import Times

FRAMES = 70
"""Of the clip that is timed: a sign of 2.3 s at 30 fps, as in the page's benchmark."""
RUNS = 100
KEPT = "speed.json"


def measure(runs: Sequence[Run], store: Store, data: Dataset) -> tuple[Times, list[str]]:
    """Times of the float and int8 files of the sizes in `runs` (first fold and seed), and why some are missing.

    Measured again only if a file has changed since.
    """
    models: dict[str, bytes] = {}
    for run in runs:
        if run.part == "variants" and (run.fold, run.seed) == (runs[0].fold, runs[0].seed):
            paths = [store.final(run.id) / name for name in (FLOAT, INT8)]
            models |= {f"{run.id}/{path.name}": path.read_bytes() for path in paths if path.exists()}
    if not models:
        return {}, []
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in models.values())).hexdigest()
    measured = _kept(store.folder / KEPT, digest)
    if measured is None:
        measured = _measured(models, data) | {"models": digest}
        files.write(store.folder / KEPT, json.dumps(measured).encode())
    times: Times = {}
    for runtime, of_runtime in measured["ms"].items():
        for key, ms in of_runtime.items():
            times.setdefault(tuple(key.split("/")), {})[runtime] = ms
    return times, measured["missing"]


def _measured(models: dict[str, bytes], data: Dataset) -> dict:
    clip = data.subset(np.arange(1)).resampled(FRAMES).clips
    ms = {"native": runtimes.native(models, clip, runs=RUNS)}
    missing = []
    try:
        ms["wasm"] = runtimes.wasm(models, clip, runs=RUNS)
    except RuntimeMissing as reason:
        missing.append(str(reason))
    return {
        "ms": {runtime: {name: run.ms.tolist() for name, run in found.items()} for runtime, found in ms.items()},
        "missing": missing,
    }


def _kept(path: Path, digest: str) -> dict | None:
    try:
        kept = json.loads(path.read_bytes())
        return kept if kept["models"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
