"""Medians, percentiles and ratios with 95 % intervals, for repeated runs of a few clips.

Two runs of one clip resemble each other more than runs of two clips do, so an interval that treats every run as
independent is too narrow. Intervals here resample in two stages: clips, then the runs of each drawn clip (Davison
& Hinkley 1997, *Bootstrap Methods and their Application*, sec. 3.8). The percentile bootstrap is used as it is
invariant under monotone transformations (Efron & Tibshirani 1993, sec. 13.5): a ratio and its inverse agree. With
few clips it is too narrow, so its percentiles are moved outwards (the expanded percentile interval, Hesterberg
2015, *What Teachers Should Know About the Bootstrap*). Every interval starts from the same seed: the same records
give the same report.

The bootstrap's cost grows with the sample, its advantage shrinks: above `MANY_ALONE` independent samples, or
`MANY_CLUSTERED` of clips, the interval of a quantile is read off the sample's own order statistics at the ends of
an interval for the proportion below it (Woodruff 1952; for independent samples the binomial order-statistic interval,
Hahn & Meeker 1991, sec. 5.2), whose variance counts clips (Francisco & Fuller 1991). tests/analysis/
test_large_samples.py shows that both agree there and that both keep their promise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEED = 20250131
REPLICATES = 4000
MAX_CELLS = 4_000_000  # bootstrap cells held at once (32 MB of float64)
Z95 = NormalDist().inv_cdf(0.975)

MANY_ALONE = 100
MANY_CLUSTERED = 1000

# Fewer than six independent values cannot carry a 95 % interval for a median: even [minimum, maximum] covers
# it with probability 1 - 2^(1 - n) only, 0.938 at n = 5 and 0.969 at n = 6 (David & Nagaraja 2003, sec. 7.1).
MIN_INDEPENDENT = 6


@dataclass(frozen=True)
class Interval:
    """A 95 % interval. `over` says what it generalises to: `clips` (other clips like these) or `repeats` (more
    runs of just these clips, where there are fewer than six of them)."""

    low: float
    high: float
    over: Literal["clips", "repeats"]

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Estimate:
    """A point estimate; `interval` is null where the sample cannot carry one."""

    value: float
    interval: Interval | None


@dataclass(frozen=True)
class Summary:
    """What `n` samples say; a percentile is null below the sample count it needs (`minimum_samples`)."""

    n: int
    clips: int
    median: Estimate
    p90: Estimate | None
    p99: Estimate | None
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Samples:
    """`values` [n] and, for each, the clip it belongs to: `clusters` [n], or None where every sample stands
    alone (cold starts, a benchmark)."""

    values: Floats
    clusters: Ints | None = None


@cache
def minimum_samples(quantile: float, confidence: float = 0.99) -> int:
    """The smallest n at which the second-largest of n samples is an upper bound of the quantile at `confidence`:
    P[Binomial(n, 1 - quantile) <= 1] <= 1 - confidence (order-statistic interval, Hahn & Meeker 1991, sec. 5.2).
    Below it the percentile is little more than the sample's maximum. Gives 64 for p90 and 662 for p99."""
    n = 2
    while quantile**n + n * (1 - quantile) * quantile ** (n - 1) > 1 - confidence:
        n += 1
    return n


def summarise(samples: Samples) -> Summary | None:
    """Summary of `samples`; None where there are none."""
    values = samples.values
    if values.size == 0:
        return None

    def percentile(quantile: float) -> Estimate | None:
        return _estimate(samples, quantile) if values.size >= minimum_samples(quantile) else None

    clusters = samples.clusters
    return Summary(
        n=int(values.size),
        clips=0 if clusters is None else int(np.unique(clusters).size),
        median=_estimate(samples, 0.5),
        p90=percentile(0.9),
        p99=percentile(0.99),
        minimum=float(values.min()),
        maximum=float(values.max()),
    )


def median_of_ratios(numerator: Floats, denominator: Floats, clusters: Ints | None) -> Estimate:
    """The median of numerator / denominator, where element i of both comes from one trial. Clips of different
    length cancel within a trial but not between two medians, so this sees a difference that the ratio of the
    medians hides (tests/analysis/test_coverage.py). `denominator` must be positive."""
    return _estimate(Samples(numerator / denominator, clusters), 0.5)


def ratio_of_medians(numerator: Floats, denominator: Floats) -> Estimate:
    """median(numerator) / median(denominator) of two series without clips or pairs (a benchmark's two loops).
    The interval combines independent bootstrap replicates of both; `denominator` must be positive."""
    value = float(np.median(numerator) / np.median(denominator))
    if min(numerator.size, denominator.size) < MIN_INDEPENDENT:
        return Estimate(value, None)
    generator = np.random.default_rng(SEED)
    replicates = [medians_of_resamples(series, generator) for series in (numerator, denominator)]
    units = min(numerator.size, denominator.size)
    return Estimate(value, percentile_interval(replicates[0] / replicates[1], units, "repeats"))


def medians_of_resamples(series: Floats, generator: np.random.Generator) -> Floats:
    """Medians [REPLICATES] of resamples of independent samples. Of many, a resample's median is the order statistic
    whose rank is Beta distributed (Efron 1979, sec. 3), which needs no resampling."""
    if series.size < MANY_ALONE:
        blocks = _resamples(np.arange(series.size), generator)
        return np.concatenate([row_quantile(series[rows], kept, 0.5) for rows, kept in blocks])
    half = (series.size + 1) / 2
    return np.quantile(series, generator.beta(half, half, REPLICATES))


def share_estimate(hits: Floats) -> Estimate:
    """The share of ones among zeros and ones, with its score interval."""
    low, high = wilson(int(hits.sum()), hits.size)
    return Estimate(float(hits.mean()), Interval(low, high, "repeats"))


def mean_estimate(values: Floats) -> Estimate:
    """The mean of independent values with Student's interval."""
    mean = float(values.mean())
    if values.size < MIN_INDEPENDENT:
        return Estimate(mean, None)
    half = t95(values.size - 1) * float(values.std(ddof=1)) / sqrt(values.size)
    return Estimate(mean, Interval(mean - half, mean + half, "repeats"))


def thinned(values: Floats, most: int = 500) -> Floats:
    """At most `most` of the values [n] or [n, columns], to be drawn: each column's evenly spaced order statistics,
    the extremes among them, which no figure tells from all of them."""
    if len(values) <= most:
        return values
    return np.sort(values, axis=0)[np.linspace(0, len(values) - 1, most).round().astype(np.int64)]


def wilson(successes: int, n: int) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927); defined at 0 and n successes, where Wald's has no width."""
    centre = (successes + Z95**2 / 2) / (n + Z95**2)
    half = Z95 / (n + Z95**2) * sqrt(successes * (n - successes) / n + Z95**2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def _estimate(samples: Samples, quantile: float) -> Estimate:
    if samples.values.size >= (MANY_ALONE if samples.clusters is None else MANY_CLUSTERED):
        return _order_statistics(samples, quantile)
    return Estimate(float(np.quantile(samples.values, quantile)), _bootstrap(samples, quantile))


def _order_statistics(samples: Samples, quantile: float) -> Estimate:
    """A quantile of many samples, its interval by Woodruff's method."""
    values = samples.values
    n, value = values.size, np.quantile(values, quantile)
    over = "repeats"
    if samples.clusters is None:
        reach = Z95 * sqrt(quantile * (1 - quantile) / n)
    else:
        runs = np.bincount(samples.clusters)
        below = np.bincount(samples.clusters, values <= value)[runs > 0]
        runs = runs[runs > 0]
        if runs.size >= MIN_INDEPENDENT:
            over = "clips"
            variance = runs.size / (runs.size - 1) * np.sum((below - below.sum() / n * runs) ** 2) / n**2
            reach = t95(runs.size - 1) * sqrt(variance)
        elif runs.min() >= 2:
            shares = below / runs
            reach = Z95 * sqrt(np.sum((runs / n) ** 2 * shares * (1 - shares) / (runs - 1)))
        else:
            return Estimate(float(value), None)
    low, high = np.quantile(values, (max(0.0, quantile - reach), min(1.0, quantile + reach)))
    return Estimate(float(value), Interval(float(low), float(high), over))


def _bootstrap(samples: Samples, quantile: float) -> Interval | None:
    """Interval of a quantile; None where the sample is too small to carry one."""
    values, clusters = samples.values, samples.clusters
    labels = np.arange(values.size) if clusters is None else clusters
    runs_of_clip = np.unique(labels, return_counts=True)[1]
    resample_clips = runs_of_clip.size >= MIN_INDEPENDENT
    if not resample_clips and (values.size < MIN_INDEPENDENT or runs_of_clip.min() < 2):
        return None
    blocks = _resamples(labels, np.random.default_rng(SEED), resample_clips)
    replicates = np.concatenate([row_quantile(values[rows], kept, quantile) for rows, kept in blocks])
    units = runs_of_clip.size if resample_clips else values.size - runs_of_clip.size + 1
    over = "clips" if clusters is not None and resample_clips else "repeats"
    return percentile_interval(replicates, units, over)


def percentile_interval(replicates: Floats, units: int, over: Literal["clips", "repeats"]) -> Interval:
    """The interval from bootstrap replicates of a statistic over `units` independent values."""
    tail = NormalDist().cdf(-sqrt(units / (units - 1)) * t95(units - 1))
    low, high = np.quantile(replicates, (tail, 1 - tail))
    return Interval(float(low), float(high), over)


def t95(freedom: int) -> float:
    """The 0.975 quantile of Student's t, by its expansion around the normal (Abramowitz & Stegun 26.7.5); within
    0.003 from five degrees of freedom up."""
    z = Z95
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def _resamples(
    clusters: Ints, generator: np.random.Generator, resample_clusters: bool = True
) -> Iterator[tuple[Ints, NDArray[np.bool_]]]:
    """Blocks of REPLICATES two-stage resamples: sample indices [block, clusters x most runs] and a mask, since
    clips may differ in runs. With `resample_clusters` false every cluster is drawn once (strata)."""
    order = np.argsort(clusters, kind="stable")
    sizes = np.unique(clusters, return_counts=True)[1]
    starts = np.cumsum(sizes) - sizes
    count, most = sizes.size, int(sizes.max())
    block = max(1, MAX_CELLS // (count * most))
    for done in range(0, REPLICATES, block):
        rows = min(block, REPLICATES - done)
        if resample_clusters:
            drawn = generator.integers(0, count, size=(rows, count))
        else:
            drawn = np.broadcast_to(np.arange(count), (rows, count))
        size = sizes[drawn][..., None]
        within = np.floor(generator.random((rows, count, most)) * size).astype(np.int64)
        kept = np.broadcast_to(np.arange(most) < size, within.shape)
        indices = order[starts[drawn][..., None] + within]
        yield indices.reshape(rows, -1), kept.reshape(rows, -1)


def row_quantile(values: Floats, kept: NDArray[np.bool_], quantile: float) -> Floats:
    """Linear-interpolation quantile (Hyndman & Fan 1996, type 7) of the kept values of each row."""
    ordered = np.sort(np.where(kept, values, np.inf), axis=1)
    rank = (kept.sum(axis=1) - 1) * quantile
    below = np.floor(rank).astype(np.int64)
    above = np.ceil(rank).astype(np.int64)
    rows = np.arange(len(ordered))
    low, high = ordered[rows, below], ordered[rows, above]
    return low + (rank - below) * (high - low)
