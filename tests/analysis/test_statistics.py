"""Statistics against known values."""

from math import comb

import numpy as np
import pytest

from analysis.statistics import (
    Samples,
    median_of_ratios,
    minimum_samples,
    ratio_of_medians,
    summarise,
    t95,
    wilson,
)


def ramp(n: int) -> Samples:
    return Samples(np.arange(1, n + 1, dtype=np.float64))


def test_p90_is_refused_at_63_samples_and_given_at_64():
    assert summarise(ramp(63)).p90 is None
    assert summarise(ramp(64)).p90.value == pytest.approx(np.percentile(np.arange(1, 65), 90))


def test_p99_is_refused_at_661_samples_and_given_at_662():
    assert summarise(ramp(661)).p99 is None
    assert summarise(ramp(662)).p99.value == pytest.approx(np.percentile(np.arange(1, 663), 99))


@pytest.mark.parametrize("quantile", [0.75, 0.9, 0.95, 0.99])
def test_the_smallest_n_is_where_two_samples_lie_above_with_99_percent(quantile):
    def at_most_one_above(n: int) -> float:
        return sum(comb(n, k) * (1 - quantile) ** k * quantile ** (n - k) for k in (0, 1))

    n = minimum_samples(quantile)
    assert at_most_one_above(n) <= 0.01 < at_most_one_above(n - 1)


def test_summary_of_known_values():
    summary = summarise(Samples(np.array([3.0, 1.0, 2.0, 10.0]), np.array([0, 0, 1, 1])))
    assert (summary.n, summary.clips, summary.median.value) == (4, 2, 2.5)
    assert (summary.minimum, summary.maximum) == (1.0, 10.0)


def test_nothing_has_no_summary():
    assert summarise(Samples(np.array([]))) is None


@pytest.mark.parametrize(
    ("values", "clusters"),
    [([5.0], [0]), ([1.0, 2.0, 3.0, 4.0, 5.0], None), ([1.0] * 5, [0, 1, 2, 3, 4]), ([1.0] * 6, [0, 0, 0, 0, 0, 1])],
    ids=["one sample", "five cold starts", "five clips once", "a clip that ran once among few"],
)
def test_too_few_independent_values_give_no_interval(values, clusters):
    samples = Samples(np.array(values), None if clusters is None else np.array(clusters))
    assert summarise(samples).median.interval is None


def test_few_clips_give_an_interval_of_these_clips_only():
    few = summarise(Samples(np.arange(12.0), np.repeat(np.arange(3), 4)))
    many = summarise(Samples(np.arange(12.0), np.repeat(np.arange(6), 2)))
    assert few.median.interval.over == "repeats"
    assert many.median.interval.over == "clips"


def test_the_same_samples_give_the_same_interval():
    values = np.random.default_rng(1).lognormal(size=40)
    samples = Samples(values, np.repeat(np.arange(10), 4))
    assert summarise(samples) == summarise(samples)


def test_an_interval_does_not_depend_on_the_order_of_the_clips_names():
    values = np.random.default_rng(1).lognormal(size=40)
    clips = np.repeat(np.arange(10), 4)
    shuffled = np.random.default_rng(2).permutation(40)
    ours, theirs = summarise(Samples(values, clips)), summarise(Samples(values[shuffled], clips[shuffled]))
    assert ours.median.value == theirs.median.value
    assert ours.median.interval.low == pytest.approx(theirs.median.interval.low, rel=0.05)


def test_clips_may_differ_in_runs():
    values = np.array([1.0] * 9 + [2.0] * 1 + [3.0, 4.0, 5.0, 6.0])
    clusters = np.array([0] * 9 + [1] + [2, 3, 4, 5])
    interval = summarise(Samples(values, clusters)).median.interval
    assert 1.0 <= interval.low <= 1.0 < interval.high <= 6.0


def test_a_paired_ratio_of_proportional_times_has_no_width():
    edge = np.random.default_rng(3).lognormal(size=30)
    ratio = median_of_ratios(2.5 * edge, edge, np.repeat(np.arange(10), 3))
    assert ratio.value == pytest.approx(2.5)
    assert (ratio.interval.low, ratio.interval.high) == (pytest.approx(2.5), pytest.approx(2.5))


def test_a_ratio_and_its_inverse_agree():
    generator = np.random.default_rng(4)
    a, b, clips = generator.lognormal(size=36), generator.lognormal(size=36), np.repeat(np.arange(12), 3)
    forth, back = median_of_ratios(a, b, clips), median_of_ratios(b, a, clips)
    assert forth.interval.low == pytest.approx(1 / back.interval.high, rel=1e-3)


def test_a_ratio_of_two_loops_takes_loops_of_different_length():
    generator = np.random.default_rng(5)
    ratio = ratio_of_medians(generator.normal(6, 0.1, 200), generator.normal(3, 0.1, 50))
    assert ratio.value == pytest.approx(2, rel=0.02)
    assert ratio.interval.low < 2 < ratio.interval.high
    assert ratio_of_medians(np.ones(5), np.ones(50)).interval is None


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_intervals_match_published_values(successes, n, low, high):
    """Newcombe 1998, *Statistics in Medicine* 17, table I (81/263), and the textbook values at n = 10."""
    assert wilson(successes, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@pytest.mark.parametrize(("freedom", "t"), [(5, 2.5706), (10, 2.2281), (17, 2.1098), (100, 1.9840)])
def test_students_t_matches_the_tables(freedom, t):
    assert t95(freedom) == pytest.approx(t, abs=0.003)
