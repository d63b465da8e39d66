"""Above some n an interval is read off the sample itself: it agrees with the bootstrap there, and keeps its promise."""

from statistics import NormalDist

import numpy as np
import pytest

from analysis import statistics
from analysis.joint_bootstrap import joint_medians, ratio_clip_by_clip
from analysis.statistics import Samples, ratio_of_medians, summarise, thinned


def both(samples: Samples, quantile: float):
    ours = statistics._order_statistics(samples, quantile).interval
    return ours, statistics._bootstrap(samples, quantile)


@pytest.mark.parametrize(("n", "quantile"), [(100, 0.5), (200, 0.9), (700, 0.99)])
def test_of_independent_samples_it_is_as_wide_as_the_bootstrap_and_covers_as_often(n, quantile):
    truth = np.exp(0.3 * NormalDist().inv_cdf(quantile))
    widths, covered = [], []
    for seed in range(40 if n < 700 else 12):
        ours, bootstrap = both(Samples(np.random.default_rng(seed).lognormal(0, 0.3, n)), quantile)
        widths.append((ours.high - ours.low) / (bootstrap.high - bootstrap.low))
        covered.append(ours.contains(truth))
    assert 0.9 <= np.median(widths) <= 1.2
    assert np.mean(covered) >= 0.9


@pytest.mark.slow
def test_of_clips_it_is_as_wide_as_the_bootstrap_and_covers_as_often():
    widths, covered = [], []
    for seed in range(20):
        generator = np.random.default_rng(seed)
        values = generator.lognormal(0, 0.25, (18, 1)) * generator.lognormal(0, 0.08, (18, 60))
        ours, bootstrap = both(Samples(values.ravel(), np.repeat(np.arange(18), 60)), 0.5)
        assert ours.over == bootstrap.over == "clips"
        widths.append((ours.high - ours.low) / (bootstrap.high - bootstrap.low))
        covered.append(ours.contains(1))
    assert 0.9 <= np.median(widths) <= 1.3
    assert np.mean(covered) >= 0.9


def test_of_three_clips_it_speaks_of_these_three():
    values = np.random.default_rng(1).lognormal(0, 0.1, (3, 400)) * [[1], [2], [4]]
    ours, bootstrap = both(Samples(values.ravel(), np.repeat(np.arange(3), 400)), 0.5)
    assert ours.over == bootstrap.over == "repeats"
    assert (ours.low, ours.high) == (pytest.approx(bootstrap.low, rel=0.02), pytest.approx(bootstrap.high, rel=0.02))


def test_a_million_samples_have_narrow_intervals():
    summary = summarise(Samples(np.random.default_rng(1).lognormal(0, 0.3, 1_000_000)))
    assert summary.median.interval.contains(1)
    assert summary.median.interval.high - summary.median.interval.low < 0.003
    assert summary.p99.interval.contains(np.exp(0.3 * NormalDist().inv_cdf(0.99)))


def test_the_ratio_of_long_loops_is_that_of_resampled_ones(monkeypatch):
    generator = np.random.default_rng(2)
    ours, theirs = generator.lognormal(1, 0.2, 300), generator.lognormal(0, 0.2, 250)
    quick = ratio_of_medians(ours, theirs)
    monkeypatch.setattr(statistics, "MANY_ALONE", 10_000)
    resampled = ratio_of_medians(ours, theirs)
    assert quick.value == resampled.value
    assert quick.interval.low == pytest.approx(resampled.interval.low, rel=0.01)
    assert quick.interval.high == pytest.approx(resampled.interval.high, rel=0.01)


def runs_of_clips(seed: int, factor: float, runs: int = 4, clips: int = 12) -> list[Samples]:
    """The same clips in two runs, the first `factor` times as slow."""
    generator = np.random.default_rng(seed)
    pace = generator.lognormal(0, 0.4, (clips, 1))
    labels = np.repeat(np.arange(clips), runs)
    return [Samples((pace * by * generator.lognormal(0, 0.05, (clips, runs))).ravel(), labels) for by in (factor, 1)]


def test_the_ratio_of_two_runs_covers_the_truth_and_sees_a_tenth():
    ratios = [ratio_clip_by_clip(*runs_of_clips(seed, 1.1)) for seed in range(40)]
    assert np.mean([ratio.interval.contains(1.1) for ratio in ratios]) >= 0.9
    assert np.mean([not ratio.interval.contains(1) for ratio in ratios]) >= 0.95


def test_clips_of_different_length_cancel_in_it():
    """Twelve clips whose lengths differ by half: between two medians of all, a tenth would drown."""
    slow, quick = runs_of_clips(3, 1.1)
    joint = joint_medians([slow, quick]).estimate(lambda of: of[0] / of[1]).interval
    by_clip = ratio_clip_by_clip(slow, quick).interval
    assert by_clip.high - by_clip.low < 0.7 * (joint.high - joint.low)


def test_only_common_clips_count():
    slow, quick = runs_of_clips(3, 2.0)
    others = Samples(np.append(quick.values, [1e6] * 9), np.append(quick.clusters, [99] * 9))
    assert ratio_clip_by_clip(slow, others) == ratio_clip_by_clip(slow, quick)


def test_clips_that_ran_often_are_thinned_and_the_interval_never_gets_narrower_for_it():
    many = joint_medians([runs_of_clips(4, 1.0, runs=500)[0]]).estimate(lambda of: of[0])
    full = summarise(runs_of_clips(4, 1.0, runs=80)[0]).median
    assert many.interval.high - many.interval.low == pytest.approx(full.interval.high - full.interval.low, rel=0.25)


def test_too_few_values_carry_no_ratio_interval():
    one_clip = Samples(np.ones(1), np.zeros(1, np.int64))
    assert ratio_clip_by_clip(one_clip, one_clip).interval is None
    five_clips = Samples(np.ones(5), np.arange(5))
    assert ratio_clip_by_clip(five_clips, five_clips).interval is None


def test_thinning_keeps_extremes_and_quantiles():
    values = np.random.default_rng(5).lognormal(size=100_000)
    few = thinned(values)
    assert few.size == 500
    assert (few.min(), few.max()) == (values.min(), values.max())
    assert np.median(few) == pytest.approx(np.median(values), rel=0.01)
