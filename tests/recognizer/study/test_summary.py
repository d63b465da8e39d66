"""From runs to figures: pooled folds, paired tests, and nothing that was not measured."""

import math

import pytest

from recognizer.errors import StudyError
from recognizer.study.summarise import summarise
from tests.recognizer.study import made_up
from tests.recognizer.study.made_up import CLIPS, LABELS, small_plan


def summary(runs, results, failed=None, times=None, **more):
    return summarise(runs, results, failed or {}, data="toy", labels=LABELS, times=times or {}, **more)


def results_of(runs, correct):
    """`correct`: by the model's name, 30 for the others."""
    return {run.id: made_up.result(run, correct.get(run.name, 30)) for run in runs}


def test_a_change_of_accuracy_comes_with_its_paired_test():
    runs = small_plan()
    study = summary(runs, results_of(runs, {"1C-128FF": 36, "published-1C-128FF": 20}))
    gain = next(pair for pair in study.recipes if pair.second == "1C-128FF")
    assert (gain.first, gain.n, gain.only_second, gain.only_first) == ("published-1C-128FF", CLIPS, 16, 0)
    assert gain.difference == pytest.approx(16 / CLIPS) and gain.low <= gain.difference <= gain.high
    assert gain.p == pytest.approx(2 * 0.5**16)
    lost = study.row("1C-128FF").files[1].against_float
    assert (lost.only_first, lost.only_second, lost.p) == (1, 0, 1.0)


def test_the_best_size_is_chosen_by_validation():
    runs = small_plan()
    results = results_of(runs, {"1C-2048FF": 40})
    results["1C-2FF"]["validation_top1"] = 0.99
    assert summary(runs, results).best == "1C-2FF"


def test_folds_are_pooled_and_shown_one_by_one():
    runs = small_plan(["S1", "S2"])
    results = {run.id: made_up.result(run, 40 if run.fold == "S1" else 20) for run in runs}
    row = summary(runs, results).row("1C-128FF")
    assert (row.accuracy.n, row.accuracy.correct) == (2 * CLIPS, 60)
    assert [(fold.fold, fold.accuracy.top1) for fold in row.folds] == [("S1", 1.0), ("S2", 0.5)]
    assert row.accuracy.top5 == pytest.approx((60 + 10) / 80)


def test_models_are_paired_on_the_folds_that_both_have():
    runs = small_plan(["S1", "S2"])
    results = results_of(runs, {})
    del results["published-1C-128FF.S2"]
    pair = next(pair for pair in summary(runs, results).recipes if pair.second == "1C-128FF")
    assert pair.n == CLIPS


def test_several_seeds_show_their_spread_and_count_each_clip_once():
    runs = small_plan(seeds=3)
    results = {run.id: made_up.result(run, 30 + run.seed) for run in runs}
    row = summary(runs, results).row("1C-128FF")
    assert row.accuracy.n == CLIPS and row.top1_of_seeds == [30 / CLIPS, 31 / CLIPS, 32 / CLIPS]


def test_the_median_time_has_an_interval_and_its_n():
    runs = small_plan()
    times = {("1C-128FF", "model.onnx"): {"native": [float(i) for i in range(1, 101)]}}
    speed = summary(runs, results_of(runs, {}), times=times).row("1C-128FF").files[0].speed[0]
    assert (speed.n, speed.median_ms) == (100, 50.5)
    assert (speed.low_ms, speed.high_ms) == (40, 61)


def test_confusions_come_most_frequent_first_and_without_the_right_answers():
    runs = small_plan()
    study = summary(runs, results_of(runs, {}))
    found = [(pair.truth, pair.answer, pair.clips, pair.of) for pair in study.confused]
    assert found == [("rise", "fall", 9, 30), ("rise", LABELS[2], 1, 30)]


def test_what_was_not_measured_is_none_and_not_a_number():
    runs = [run for run in small_plan() if run.name == "1C-2FF"]
    study = summary(runs, results_of(runs, {}))
    figures = {row.figure: row.ours for row in study.thesis}
    assert figures["float_bytes"] is None and figures["inference_native"] is None
    assert math.isclose(figures["top1"], 0.75)


def test_a_study_without_a_result_has_nothing_to_report():
    with pytest.raises(StudyError, match="No run"):
        summary(small_plan(), {})
