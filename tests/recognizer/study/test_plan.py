"""What a study trains."""

import json
import re
from collections import Counter

import pytest

from recognizer.augment import PARTS
from recognizer.compress.variants import variants
from recognizer.errors import DatasetError, StudyError
from recognizer.study.folds import folds
from recognizer.study.plan import FLOAT, VARIANTS, Options, Run, plan, quick, sizes, without_for


def test_a_study_has_the_nine_sizes_two_published_six_students_and_an_ablation_of_every_part():
    runs = plan(Options("session"), ["session"])
    kinds = Counter((run.part, run.recipe) for run in runs)
    assert {run.variant for run in runs if (run.part, run.recipe) == ("variants", "cerca")} == set(VARIANTS)
    assert kinds[("variants", "published")] == 2 and kinds[("distillation", "cerca")] == 6
    without = {run.without for run in runs if run.part == "ablation"}
    assert {*PARTS, "order", "smoothing", "balance"} <= without


def test_students_learn_from_a_larger_size_of_their_own_fold_and_seed():
    runs = plan(Options("leave-one-signer-out", seeds=2), ["S1", "S2"])
    by_id = {run.id: run for run in runs}
    students = [run for run in runs if run.teachers]
    assert len(by_id) == len(runs) and len(students) == 24
    for student in students:
        for teacher in map(by_id.get, student.teachers):
            assert (teacher.fold, teacher.seed) == (student.fold, student.seed)
            assert sizes(teacher.variant) > sizes(student.variant)


def test_an_ablation_differs_from_the_full_recipe_in_one_thing():
    runs = {run.name: run for run in plan(Options("session"), ["session"])}
    full = runs["1C-128FF"]
    for run in runs.values():
        if run.part == "ablation":
            changed = {name for name in full.settings if run.settings[name] != full.settings[name]}
            expected = 2 if run.without == "made_idle" else 1
            assert len(changed) + bool(run.architecture) == expected, run.id


def test_made_idle_movements_are_left_out_only_where_there_is_such_a_class():
    assert "made_idle" in without_for(["hello", "idle"]) and "made_idle" not in without_for(["hello"])


def test_every_size_is_compressed_in_every_way_that_there_is():
    sizes_of = [run for run in plan(Options("session"), ["session"]) if run.part == "variants"]
    expected = {FLOAT, *(f"model.{name}.onnx" for name in variants([]))}
    assert all(set(run.files) == expected and run.files[0] == FLOAT for run in sizes_of)


def test_ids_are_names_of_folders_and_a_spec_survives_json():
    for run in plan(Options("leave-one-signer-out", seeds=2), ["S1", "S2"]):
        assert re.fullmatch(r"[\w.-]+", run.id)
        assert Run.from_dict(json.loads(json.dumps(run.as_dict()))).as_dict() == run.as_dict()


def test_the_published_recipe_alone_trains_every_size_and_nothing_else():
    runs = plan(Options("session", recipes=("published",)), ["session"])
    assert {run.variant for run in runs} == set(VARIANTS) and {run.recipe for run in runs} == {"published"}


def test_a_quick_study_has_every_part():
    runs = plan(quick(Options("session")), ["session"])
    assert len(runs) <= 6 and {run.part for run in runs} == {"variants", "distillation", "ablation"}
    assert {run.recipe for run in runs} == {"cerca", "published"}


@pytest.mark.parametrize("name", ["", "1C128FF", "0C-2FF", "1C-0FF", "1C-2", "-1C-2FF", "99C-2FF", "../1C-2FF"])
def test_what_is_no_variant_is_refused(name):
    with pytest.raises(StudyError, match=r"1C-128FF|sensible"):
        plan(Options("session", variants=(name,)), ["session"])


def test_every_signer_is_a_fold_that_tests_on_nobody_else(toy):
    parted = folds(toy, "leave-one-signer-out")
    assert set(parted) == {"S1", "S2"}
    for name, fold in parted.items():
        assert set(fold.test.signer) == {name} and name not in fold.train.signer


@pytest.mark.parametrize(
    ("split", "held_out", "error"),
    [
        ("signer", (), StudyError),
        ("random", ("R1",), StudyError),
        ("leave-one-signer-out", ("S1",), StudyError),
        ("signer", ("S9",), DatasetError),
        ("session", ("R99",), DatasetError),
    ],
)
def test_a_split_that_the_data_does_not_have_is_refused(toy, split, held_out, error):
    with pytest.raises(error):
        folds(toy, split, held_out)
