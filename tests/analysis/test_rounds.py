"""Rounds, the A/A check, parts of cold starts, the baseline."""

import numpy as np
import pytest

from analysis.compare import compare, load
from tests.analysis.synthetic_run import Clock, clip_names, run_record, synthetic_run, write_run


def aa_run(folder, seed: int, second: float = 1.0, clips: int = 18, rounds: int = 4):
    """Trials of one cloud request asked twice, the second `second` times as slow; requests vary by a fifth, clips by
    a quarter."""
    random = np.random.default_rng(seed)
    records = [run_record(clips)]
    paces = random.lognormal(2, 0.25, clips)
    for round in range(rounds):
        for (clip, _), pace in zip(clip_names(clips), paces, strict=True):
            clock = Clock(f"warm-{round}-{clip}", clip, round, "warm")
            for step, factor in (("aa_first", 1.0), ("aa_second", second)):
                records.append(clock.step("cloud", step, float(pace * factor * random.lognormal(0, 0.2)), wire="npy"))
    return compare(load(write_run(folder, records))).aa


def test_the_cloud_against_itself_is_1_within_its_interval_in_at_least_19_of_20_runs(tmp_path):
    checks = [aa_run(tmp_path / str(seed), seed) for seed in range(20)]
    assert {check.n for check in checks} == {72}
    assert sum(check.contains_one for check in checks) >= 19


def test_an_order_effect_is_not_taken_for_noise(tmp_path):
    checks = [aa_run(tmp_path / str(seed), seed, second=1.2) for seed in range(5)]
    assert not any(check.contains_one for check in checks)


def test_one_trial_is_no_check(tmp_path):
    check = aa_run(tmp_path, 1, clips=1, rounds=1)
    assert (check.n, check.contains_one, check.ratio.interval) == (1, None, None)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    records = synthetic_run(clips=6, rounds=3, cold=2)
    starts = []
    for index in range(8):
        clock = Clock(f"start-{index}", None, index, "cold")
        parts = {"start_interpreter": 20.0, "start_imports": 150.0, "start_model": 90.0, "start_first_run": 5.0}
        starts += [clock.step("cloud", step, ms + index, "server") for step, ms in parts.items()]
        starts.append(clock.step("cloud", "exec_to_ready", 280.0 + 4 * index, "driver"))
        starts.append(clock.step("cloud", "endpoint_first_answer", 300.0 + index, "driver"))
        starts.append(clock.step("cloud", "baseline_first_answer", 1800.0 + index, "driver"))
    return compare(load(write_run(tmp_path_factory.mktemp("run"), [*records[:-1], *starts, records[-1]])))


def test_each_round_has_its_medians_and_their_spread(comparison):
    assert [(row.round, row.n) for row in comparison.rounds] == [(0, 6), (1, 6), (2, 6)]
    assert comparison.round_spread.rounds == 3
    expected = np.std([row.ratio for row in comparison.rounds], ddof=1) / np.mean(
        [row.ratio for row in comparison.rounds]
    )
    assert comparison.round_spread.ratio == pytest.approx(expected)


def test_parts_and_rest_of_a_start_add_up(comparison):
    parts = {row.part: row for row in comparison.cold_parts if row.of == "exec_to_ready"}
    assert list(parts) == ["start_interpreter", "start_imports", "start_model", "start_first_run", "rest"]
    assert parts["rest"].ms.median.value == pytest.approx(15)
    assert {row.n for row in parts.values()} == {8}


def test_the_baseline_stands_beside_ours(comparison):
    assert comparison.baseline.ratio.value == pytest.approx(1803.5 / 303.5)
    assert comparison.baseline.ratio.interval.contains(6)


def test_nothing_of_it_is_made_up_where_it_was_not_measured(tmp_path):
    comparison = compare(load(write_run(tmp_path, synthetic_run(clips=2, rounds=1, cold=1))))
    assert (comparison.aa, comparison.baseline, comparison.crossing, comparison.round_spread) == (None,) * 4
    assert comparison.load == comparison.networks == comparison.cold_parts == []
