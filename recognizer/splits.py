"""Which sequences train and which test. Never by sequence: those of one session are near-duplicates."""

from dataclasses import dataclass

import numpy as np

from recognizer.datasets import Dataset
from recognizer.errors import DatasetError

HELD_OUT_SESSIONS = ("R02", "R14", "R07", "R09")
"""Test sessions of the shipped model. The clips in `samples/` are rendered from takes of R02 and R14."""


@dataclass(frozen=True)
class Split:
    """Two disjoint parts of one dataset, and a name that says how they were parted."""

    name: str
    train: Dataset
    test: Dataset


def by_session(dataset: Dataset, held_out: tuple[str, ...] = HELD_OUT_SESSIONS) -> Split:
    """Tests on the sessions `held_out`, trains on all others. Raises DatasetError if either part is empty."""
    test = np.isin(dataset.session, held_out)
    return _split(f"held-out sessions {', '.join(held_out)}", dataset, ~test, test)


def by_signer(dataset: Dataset, tested: str) -> Split:
    """Tests on the signer `tested`, trains on all others, on the classes that both parts have."""
    is_tested = dataset.signer == tested
    shared = np.intersect1d(dataset.label[is_tested], dataset.label[~is_tested])
    in_shared = np.isin(dataset.label, shared)
    others = ", ".join(sorted(set(dataset.signer[~is_tested].tolist())))
    name = f"never-seen signer {tested}, trained on {others}, {len(shared)} classes"
    return _split(name, dataset, ~is_tested & in_shared, is_tested & in_shared)


def _split(name: str, dataset: Dataset, train: np.ndarray, test: np.ndarray) -> Split:
    if not train.any() or not test.any():
        raise DatasetError(f"The split '{name}' of {dataset.name} leaves nothing to train on or nothing to test on.")
    return Split(name, dataset.subset(train), dataset.subset(test))
