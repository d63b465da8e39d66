"""Splits: what may not stand in both parts does not, the name says what was done, the notes what is wrong with it."""

from dataclasses import replace

import numpy as np
import pytest

from recognizer import splits
from recognizer.datasets import Dataset
from recognizer.errors import DatasetError


@pytest.fixture
def recorded(rng, signer):
    """160 clips of 4 classes: 4 signers, 2 sessions each, 5 clips of every class in every session."""
    n = 160
    people = np.array([f"S{i // 40}" for i in range(n)])
    return Dataset(
        name="recorded",
        clips=tuple(signer(int(rng.integers(4, 12))) for _ in range(n)),
        label=np.arange(n) % 4,
        labels=("one", "two", "three", "four"),
        signer=people,
        session=np.array([f"{person}-{i % 40 // 20}" for i, person in enumerate(people)]),
        clip=np.array([f"clip-{i}" for i in range(n)]),
        fps=np.full(n, 15.0),
    )


def without(dataset, *kinds):
    """The same clips, as if nobody had written down the `kinds`."""
    return replace(dataset, **{kind: np.full(len(dataset), "") for kind in kinds})


def parted(split, dataset):
    """Whether the two parts are disjoint and together all of the dataset."""
    return sorted([*split.train.clip, *split.test.clip]) == sorted(dataset.clip)


def test_a_split_by_session_shares_no_session_and_loses_no_clip(recorded):
    split = splits.by_session(recorded, ("S1-0", "S3-1"))
    assert set(split.test.session) == {"S1-0", "S3-1"}
    assert not set(split.train.session) & set(split.test.session)
    assert parted(split, recorded) and "S1-0, S3-1" in split.name


def test_a_split_by_session_says_that_it_knows_the_signers(recorded):
    assert any("S1" in note for note in splits.by_session(recorded, ("S1-0",)).notes)
    assert not splits.by_session(recorded, ("S1-0", "S1-1")).notes


def test_sessions_are_chosen_when_none_is_named(recorded):
    split = splits.by_session(recorded)
    assert 0.1 < len(split.test) / len(recorded) < 0.4
    assert not set(split.train.session) & set(split.test.session) and parted(split, recorded)
    assert set(split.train.label) == set(split.test.label) == {0, 1, 2, 3}


def test_the_shipped_models_sessions_are_held_out_where_the_dataset_has_them(recorded):
    renamed = replace(recorded, session=np.where(recorded.session == "S2-1", "R14", recorded.session))
    assert set(splits.by_session(renamed).test.session) == {"R14"}


def test_sessions_named_like_the_shipped_models_do_not_take_all_that_trains(recorded):
    names = dict(zip(sorted(set(recorded.session)), splits.HELD_OUT_SESSIONS * 2, strict=False))
    split = splits.by_session(replace(recorded, session=np.array([names[name] for name in recorded.session])))
    assert len(split.train) > len(split.test) > 0


def test_a_class_that_no_other_session_has_is_not_tested_and_named(recorded):
    label = np.where(recorded.session == "S0-0", 3, recorded.label % 3)
    split = splits.by_session(replace(recorded, label=label), ("S0-0", "S1-0"))
    assert 3 not in split.test.label and any("four" in note for note in split.notes)


def test_an_unknown_session_is_named(recorded):
    with pytest.raises(DatasetError, match="no session R99"):
        splits.by_session(recorded, ("R99",))


def test_holding_out_every_session_is_refused(recorded):
    with pytest.raises(DatasetError, match="nothing to train"):
        splits.by_session(recorded, tuple(sorted(set(recorded.session))))


def test_one_session_cannot_be_held_out(recorded):
    with pytest.raises(DatasetError, match="no session that can be held out"):
        splits.by_session(replace(recorded, session=np.full(len(recorded), "R1")))


def test_a_split_by_signer_shares_no_signer_and_tests_only_classes_it_trained(recorded):
    label = np.where((recorded.signer == "S2") & (recorded.label == 3), 0, recorded.label)
    split = splits.by_signer(replace(recorded, label=label), "S2")
    assert set(split.train.signer) == {"S0", "S1", "S3"} and set(split.test.signer) == {"S2"}
    assert set(split.train.label) == set(split.test.label) == {0, 1, 2}
    assert "3 classes" in split.name and any("four" in note for note in split.notes)


def test_every_signer_is_left_out_once(recorded):
    folds = splits.leave_one_signer_out(recorded)
    assert [set(fold.test.signer) for fold in folds] == [{"S0"}, {"S1"}, {"S2"}, {"S3"}]
    assert all(parted(fold, recorded) for fold in folds)


def test_one_signer_cannot_be_left_out(recorded):
    with pytest.raises(DatasetError, match="one signer, S1"):
        splits.leave_one_signer_out(recorded.subset(recorded.signer == "S1"))


def test_a_signer_who_shares_one_class_is_not_tested_and_named(recorded):
    label = np.where(recorded.signer == "S3", 0, recorded.label)
    folds = splits.leave_one_signer_out(replace(recorded, label=label))
    assert [set(fold.test.signer) for fold in folds] == [{"S0"}, {"S1"}, {"S2"}]
    assert all(any("S3" in note for note in fold.notes) for fold in folds)


def test_signers_who_share_no_classes_cannot_be_left_out(recorded):
    label = np.array([int(name[1]) for name in recorded.signer])
    with pytest.raises(DatasetError, match="no two classes"):
        splits.leave_one_signer_out(replace(recorded, label=label))


def test_an_unknown_signer_is_named(recorded):
    with pytest.raises(DatasetError, match="no signer S9: it has S0, S1, S2"):
        splits.by_signer(recorded, "S9")


@pytest.mark.parametrize(("kind", "split"), [("session", splits.by_session), ("signer", splits.leave_one_signer_out)])
def test_what_nobody_wrote_down_cannot_be_split_by(recorded, kind, split):
    with pytest.raises(DatasetError, match=f"does not say the {kind} of every clip .*clip-0"):
        split(without(recorded, kind))


def test_a_random_split_draws_from_every_class_and_repeats_with_its_seed(recorded):
    first, again, other = (splits.random(recorded, 0.25, seed) for seed in (1, 1, 2))
    assert parted(first, recorded) and np.bincount(first.test.label).tolist() == [10, 10, 10, 10]
    assert first.test.clip.tolist() == again.test.clip.tolist() != other.test.clip.tolist()


def test_a_random_split_says_that_sessions_stand_in_both_parts(recorded):
    split = splits.random(recorded)
    assert any(note.startswith(f"{len(split.test)} of {len(split.test)} tested clips") for note in split.notes)


def test_a_random_split_finds_near_duplicates_without_knowing_the_sessions(recorded, rng):
    bare = without(recorded, "session", "signer")
    assert not splits.random(bare).notes
    twice = bare.subset(np.repeat(np.arange(80), 2))
    shaken = replace(twice, clips=tuple(clip + rng.normal(0, 0.001, clip.shape) for clip in twice.clips))
    assert any("near-duplicate" in note for note in splits.random(shaken).notes)


def test_a_class_with_one_clip_only_trains_and_is_named(recorded):
    lonely = recorded.subset(np.flatnonzero((recorded.label != 3) | (recorded.clip == "clip-3")))
    split = splits.random(lonely)
    assert 3 in split.train.label and 3 not in split.test.label
    assert any("single clip" in note and "four" in note for note in split.notes)
    assert 3 in splits.validation_of(lonely)[0].label


def test_validation_takes_whole_sessions_where_they_are_known(recorded):
    train, validation = splits.validation_of(recorded)
    assert not set(train.session) & set(validation.session) and "validation sessions" in validation.name
    assert set(train.label) == set(validation.label) == {0, 1, 2, 3}
    assert len(train) + len(validation) == len(recorded) and len(validation) <= 0.25 * len(recorded)


def test_validation_takes_whole_signers_where_sessions_are_unknown(recorded):
    train, validation = splits.validation_of(without(recorded, "session"))
    assert not set(train.signer) & set(validation.signer) and "validation signers" in validation.name


def test_validation_keeps_a_signer_that_is_too_much_of_the_training_part(recorded):
    few = without(recorded, "session").subset(recorded.signer < "S3")
    train, validation = splits.validation_of(few)
    assert set(train.signer) == {"S0", "S1", "S2"} and "at random" in validation.name
    assert any("near-duplicates" in note for note in validation.notes)
    assert 0 < len(validation) <= 0.25 * len(few)


def test_validation_never_takes_the_last_clip_of_a_class(recorded):
    three = without(recorded, "session", "signer").subset(np.array([0, 1, 2, 3, 4]))
    train, validation = splits.validation_of(three)
    assert set(train.label) == {0, 1, 2, 3} and validation.label.tolist() == [0]


def test_one_clip_a_class_leaves_nothing_to_validate_on(recorded):
    with pytest.raises(DatasetError, match="none to validate on"):
        splits.validation_of(without(recorded, "session", "signer").subset(np.arange(4)))
