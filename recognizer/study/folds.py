"""How a study parts its data: one fold, or one a signer."""

import re
from collections.abc import Callable

from recognizer import splits
from recognizer.datasets import Dataset
from recognizer.errors import StudyError
from recognizer.splits import Split

SPLITS = ("random", "session", "signer", "leave-one-signer-out")


def folds(dataset: Dataset, split: str, held_out: tuple[str, ...] = ()) -> dict[str, Split]:
    """The folds of `split` (one of `SPLITS`) by a name that may stand in a file's.

    `held_out`: the sessions to test on, or the signer. Raises DatasetError where the dataset cannot be parted so,
    StudyError where `held_out` does not fit `split`.
    """
    if split == "leave-one-signer-out":
        _refuse(held_out, split)
        each = splits.leave_one_signer_out(dataset)
        names = [re.sub(r"\W+", "_", str(fold.test.signer[0])) for fold in each]
        unique = len({name.casefold() for name in names}) == len(names)
        return {name if unique else f"{name}-{i}": fold for i, (name, fold) in enumerate(zip(names, each, strict=True))}
    return {split: PARTINGS[split](dataset, held_out)}


def _random(dataset: Dataset, held_out: tuple[str, ...]) -> Split:
    _refuse(held_out, "random")
    return splits.random(dataset)


def _signer(dataset: Dataset, held_out: tuple[str, ...]) -> Split:
    if len(held_out) != 1:
        raise StudyError(f"--split signer tests on one signer, {len(held_out)} are named: give one with --held-out.")
    return splits.by_signer(dataset, held_out[0])


PARTINGS: dict[str, Callable[[Dataset, tuple[str, ...]], Split]] = {
    "random": _random,
    "session": lambda dataset, held_out: splits.by_session(dataset, held_out or None),
    "signer": _signer,
}


def _refuse(held_out: tuple[str, ...], split: str) -> None:
    if held_out:
        raise StudyError(f"--split {split} chooses the tested clips itself: leave out --held-out.")
