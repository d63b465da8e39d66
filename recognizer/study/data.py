"""The data of a study: loaded once, kept beside its runs in one file that names its content."""

import hashlib
from pathlib import Path

import numpy as np

from recognizer.datasets import Dataset, load, save_ragged
from recognizer.errors import StudyError


def sha256(dataset: Dataset) -> str:
    """Of everything that a run's result depends on: clips, labels, signers, sessions, in their order."""
    digest = hashlib.sha256()
    for clip in dataset.clips:
        digest.update(np.ascontiguousarray(clip, dtype="<f4").tobytes())
    texts = (dataset.labels, dataset.label.tolist(), dataset.frames.tolist(), dataset.signer.tolist())
    digest.update(repr((*texts, dataset.session.tolist())).encode())
    return digest.hexdigest()


def keep(dataset: Dataset, path: Path) -> str:
    """Writes `dataset` to `path` unless it is there already; returns its SHA-256 (`sha256`)."""
    digest = sha256(dataset)
    if not path.exists() or sha256(load(path)) != digest:
        save_ragged(dataset, path, dataset.source)
    return digest


def read(path: Path, expected: str) -> Dataset:
    """What `keep` wrote. Raises StudyError if it has another SHA-256, DatasetError if it cannot be read."""
    dataset = load(path)
    found = sha256(dataset)
    if found != expected:
        raise StudyError(f"{path} has SHA-256 {found[:12]}... where {expected[:12]}... is due: it is other data.")
    return dataset
