"""Which clips train and which test, by a name that says how. A part that shares a recording session with another is
no fair test of it: clips of one session are near-duplicates. What a split cannot promise stands in its notes."""

from dataclasses import dataclass, replace

import numpy as np

from recognizer import duplicates
from recognizer.datasets import Dataset
from recognizer.datasets.sound import listed
from recognizer.errors import DatasetError

HELD_OUT_SESSIONS = ("R07", "R08", "R12", "R13", "R14")
"""Test sessions of the shipped model: a fifth of `asl_words`, of glosses that their signers also recorded elsewhere.

R02 is not among them: it alone has S2's `hello`, a wave, where S1 salutes. Held out, it asks for a sign never shown.
"""

TESTED, VALIDATED = 0.2, 0.15
"""Share of the clips that is cut off to test on, and to choose the best epoch by."""
MOST_VALIDATED = 0.25
"""A session or signer larger than this share is worth more in training than as a fairer validation part."""
DRAWS = 400
"""Random sets of sessions or signers that are compared when one is to be held out."""


@dataclass(frozen=True)
class Split:
    """Two disjoint parts of one dataset, a name that says how they were parted, and what that leaves to be desired."""

    name: str
    train: Dataset
    test: Dataset
    notes: tuple[str, ...] = ()


def random(dataset: Dataset, share: float = TESTED, seed: int = 0) -> Split:
    """Tests on `share` of every class's clips, drawn at random; a class with a single clip only trains.

    Notes how many tested clips have a near-duplicate in training: such a split measures memory.
    """
    test = _drawn(dataset.label, share, np.random.default_rng(seed), least=1)
    split = _split(f"random {share:.0%} of every class, seed {seed}", dataset, ~test, test)
    untested = sorted({dataset.labels[label] for label in set(split.train.label) - set(split.test.label)})
    single = (f"Classes with a single clip, which trains and is not tested: {listed(untested)}.",) if untested else ()
    return replace(split, notes=(*single, *duplicates.straddling(split.train, split.test)))


def by_session(dataset: Dataset, held_out: tuple[str, ...] | None = None, seed: int = 0) -> Split:
    """Tests on the sessions `held_out`, trains on all others.

    Without `held_out`: on those of `HELD_OUT_SESSIONS` that the dataset has, else on sessions drawn with `seed` that
    hold about `TESTED` of the clips. Tested clips of classes that nothing trains are left out, and noted. Raises
    DatasetError if a session is not in the dataset, or if either part is empty.
    """
    if held_out is None:
        known = _known(dataset, "session")
        held_out = tuple(name for name in HELD_OUT_SESSIONS if name in known)
        if not held_out or np.isin(known, held_out).all():
            held_out = _groups(dataset, dataset.session, TESTED, 2 * TESTED, seed)
    if not held_out:
        raise DatasetError(
            f"{dataset.name} has no session that can be held out with all classes left to train on: name some, or "
            "split by signer."
        )
    test = _in_sessions(dataset, held_out)
    split = _trained_classes(_split(f"held-out sessions {', '.join(held_out)}", dataset, ~test, test))
    seen = set(split.train.signer.tolist()) & set(split.test.signer.tolist()) - {""}
    if not seen:
        return split
    note = f"Signers in both parts: {listed(sorted(seen))}. A signer split says how new people fare."
    return replace(split, notes=(*split.notes, note))


def of_sessions(dataset: Dataset, sessions: tuple[str, ...]) -> Dataset:
    """The clips of `sessions`. Raises DatasetError if the dataset does not have one of them."""
    return dataset.subset(_in_sessions(dataset, sessions))


def by_signer(dataset: Dataset, tested: str) -> Split:
    """Tests on the signer `tested`, trains on all others, on the classes that both parts have.

    Raises DatasetError if the dataset has no such signer, or if nothing is left to train on.
    """
    signers = set(_known(dataset, "signer").tolist())
    if tested not in signers:
        raise DatasetError(f"{dataset.name} has no signer {tested}: it has {listed(sorted(signers))}.")
    is_tested = dataset.signer == tested
    shared = np.intersect1d(dataset.label[is_tested], dataset.label[~is_tested])
    in_shared = np.isin(dataset.label, shared)
    others = ", ".join(sorted(signers - {tested}))
    name = f"never-seen signer {tested}, trained on {others}, {len(shared)} classes"
    split = _split(name, dataset, ~is_tested & in_shared, is_tested & in_shared)
    alone = sorted({dataset.labels[label] for label in dataset.label[~in_shared]})
    return replace(split, notes=(f"Classes that one part lacks, so left out: {listed(alone)}.",)) if alone else split


def leave_one_signer_out(dataset: Dataset) -> list[Split]:
    """One split a signer, each tested on that one alone; a note names the signers of whom nothing can be tested.

    Those share fewer than two classes with the others: there, any answer is right. Raises DatasetError if nobody is
    left, or if there is one signer only.
    """
    signers = sorted(set(_known(dataset, "signer").tolist()))
    if len(signers) < 2:
        raise DatasetError(f"{dataset.name} has one signer, {signers[0]}: a signer split needs two or more.")
    classes = {signer: set(dataset.label[dataset.signer == signer].tolist()) for signer in signers}
    apart = [
        signer
        for signer in signers
        if len(classes[signer] & set().union(*(classes[other] for other in signers if other != signer))) < 2
    ]
    if len(apart) == len(signers):
        raise DatasetError(f"{dataset.name} has no two classes that two signers share: split it at random.")
    note = (f"Fewer than two classes shared with the others, so not tested: {listed(apart)}.",) if apart else ()
    folds = [by_signer(dataset, signer) for signer in signers if signer not in apart]
    return [replace(fold, notes=(*fold.notes, *note)) for fold in folds]


def validation_of(train: Dataset, share: float = VALIDATED, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Cuts about `share` of the clips off a training part, to choose the best epoch by: what trains, what validates.

    By whole sessions where they are known, else by whole signers, where that leaves every class in training and takes
    no more than `MOST_VALIDATED`; else clip by clip, which the notes of the second part say. Its name says what it is.
    A class with a single clip stays in training.
    """
    for kind in ("session", "signer"):
        groups = getattr(train, kind)
        held = _groups(train, groups, share, MOST_VALIDATED, seed) if (groups != "").all() else ()
        if held:
            chosen = np.isin(groups, held)
            validation = replace(train.subset(chosen), name=f"{train.name}, validation {kind}s {', '.join(held)}")
            unseen = sorted({train.labels[label] for label in set(train.label) - set(validation.label)})
            note = (f"Classes without a clip to validate on: {listed(unseen)}.",) if unseen else ()
            return train.subset(~chosen), validation.noted(*note)
    chosen = _drawn(train.label, share, np.random.default_rng(seed), least=0)
    if not chosen.any():
        chosen = _drawn(train.label, share, np.random.default_rng(seed), least=1)
    if not chosen.any():
        raise DatasetError(f"{train.name} has one clip a class, so none to validate on: record more, or do without.")
    note = "Validated on clips drawn at random: no session or signer could be held out, so near-duplicates may train."
    validation = replace(train.subset(chosen), name=f"{train.name}, validation clips at random")
    return train.subset(~chosen), validation.noted(note)


def _split(name: str, dataset: Dataset, train: np.ndarray, test: np.ndarray) -> Split:
    if not train.any() or not test.any():
        raise DatasetError(f"The split '{name}' of {dataset.name} leaves nothing to train on or nothing to test on.")
    return Split(name, dataset.subset(train), dataset.subset(test))


def _known(dataset: Dataset, kind: str) -> np.ndarray:
    """The session or signer of every clip."""
    groups = getattr(dataset, kind)
    if (groups == "").any():
        raise DatasetError(
            f"{dataset.name} does not say the {kind} of every clip ({listed(dataset.clip[groups == ''])}): "
            f"add it, or part the clips otherwise."
        )
    return groups


def _in_sessions(dataset: Dataset, sessions: tuple[str, ...]) -> np.ndarray:
    known = set(_known(dataset, "session").tolist())
    absent = sorted(set(sessions) - known)
    if absent:
        raise DatasetError(f"{dataset.name} has no session {listed(absent)}: it has {listed(sorted(known))}.")
    return np.isin(dataset.session, sessions)


def _trained_classes(split: Split) -> Split:
    """Leaves out the tested clips of classes that nothing trains."""
    trained = np.isin(split.test.label, split.train.label)
    if trained.all():
        return split
    lost = sorted({split.test.labels[label] for label in split.test.label[~trained]})
    if not trained.any():
        raise DatasetError(f"The split '{split.name}' trains none of the classes it tests: hold out other sessions.")
    note = f"Classes that no other session has, so not tested: {listed(lost)}."
    return replace(split, test=split.test.subset(trained), notes=(*split.notes, note))


def _drawn(label: np.ndarray, share: float, rng: np.random.Generator, least: int) -> np.ndarray:
    """bool [n]: about `share` of every class's clips and at least `least`, but never a class's last one."""
    drawn = np.zeros(len(label), dtype=bool)
    for value in np.unique(label):
        clips = np.flatnonzero(label == value)
        wanted = max(int(share * len(clips) + rng.random()), least)
        drawn[rng.permutation(clips)[: min(wanted, len(clips) - 1)]] = True
    return drawn


def _groups(dataset: Dataset, groups: np.ndarray, share: float, most: float, seed: int) -> tuple[str, ...]:
    """Names of the groups to hold out: about `share` of the clips, `most` at the most, every class left in training.

    Of `DRAWS` random orders, the beginning that tests most classes for the clips it takes; none if that is less than
    half of the classes.
    """
    names, group = np.unique(groups, return_inverse=True)
    count = np.zeros((len(names), len(dataset.labels)), dtype=int)
    np.add.at(count, (group, dataset.label), 1)
    count = count[:, count.any(0)]
    rng, best, best_worth = np.random.default_rng(seed), (), -np.inf
    for _ in range(DRAWS):
        held = np.zeros(len(names), dtype=bool)
        for candidate in rng.permutation(len(names)):
            held[candidate] = True
            taken = count[held].sum() / count.sum()
            if taken > most or not count[~held].any(0).all():
                held[candidate] = False
                continue
            tested = count[held].any(0).mean()
            worth = tested - abs(taken - share)
            if tested >= 0.5 and worth > best_worth:
                best, best_worth = tuple(names[held].tolist()), worth
            if taken >= share and tested == 1:
                break
    return best
