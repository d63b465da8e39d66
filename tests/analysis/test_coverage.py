"""Do the intervals keep their promise? Simulated runs whose true median and ratio are known."""

import numpy as np
import pytest

from analysis.statistics import Samples, median_of_ratios, ratio_of_medians, summarise

pytestmark = pytest.mark.slow

CLIPS, RUNS = 12, 3
CLIPS_DIFFER, RUNS_DIFFER = 0.25, 0.08


def simulate(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times of two equal paths, and their clips; the true median of both is 1, their true ratio 1."""
    generator = np.random.default_rng(seed)
    pace = generator.lognormal(0, CLIPS_DIFFER, (CLIPS, 1))
    ours, theirs = (pace * generator.lognormal(0, RUNS_DIFFER, (CLIPS, RUNS)) for _ in range(2))
    return ours.ravel(), theirs.ravel(), np.repeat(np.arange(CLIPS), RUNS)


def share_covering(one, simulations: int = 120) -> float:
    covered = [summarise(one(*simulate(seed))).median.interval.contains(1) for seed in range(simulations)]
    return float(np.mean(covered))


def test_intervals_of_a_median_cover_it_about_95_times_in_100():
    assert 0.91 <= share_covering(lambda ours, _, clips: Samples(ours, clips)) <= 0.99


def test_runs_taken_as_independent_would_not():
    assert share_covering(lambda ours, _, clips: Samples(ours)) < 0.85


def share_showing(ratio, truth: float, simulations: int = 40) -> float:
    """How often a path that takes `truth` times as long as the other is shown to differ."""
    shown = []
    for seed in range(simulations):
        ours, theirs, clips = simulate(seed)
        shown.append(not ratio(truth * ours, theirs, clips).interval.contains(1))
    return float(np.mean(shown))


def test_a_path_against_itself_shows_no_difference_in_90_of_100_runs():
    assert share_showing(median_of_ratios, truth=1.0) <= 0.1


def test_a_true_difference_of_a_tenth_is_shown():
    assert share_showing(median_of_ratios, truth=1.1) >= 0.8


def test_the_ratio_of_the_medians_would_hide_it():
    assert share_showing(lambda ours, theirs, _: ratio_of_medians(ours, theirs), truth=1.1) < 0.5
