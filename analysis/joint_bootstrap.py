"""Medians of several series of the same clips, resampled together: a clip that is drawn is drawn in all of them, so
that what clips do to every series alike cancels in ratios and slopes. The runs of a drawn clip are resampled in each
series for itself (`analysis.statistics` has the method for one series).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics import (
    MAX_CELLS,
    MIN_INDEPENDENT,
    REPLICATES,
    SEED,
    Estimate,
    Floats,
    Ints,
    Samples,
    medians_of_resamples,
    percentile_interval,
    row_quantile,
    thinned,
)

# More runs than this in all are thinned clip by clip to their evenly spaced order statistics: the interval is that of
# a run of the thinned size, so never too narrow.
MOST_RUNS = 2000

Statistic = Callable[[Floats, NDArray[np.bool_]], Floats]


@dataclass(frozen=True)
class JointMedians:
    """`values` [series], the medians; `replicates` [series, REPLICATES] of them, or None where the samples carry no
    interval; `units` independent values behind each, and what they generalise `over`."""

    values: Floats
    replicates: Floats | None
    units: int
    over: str

    def estimate(self, statistic) -> Estimate:
        """`statistic` maps medians [series, ...] to one number each [...]."""
        value = float(statistic(self.values))
        if self.replicates is None:
            return Estimate(value, None)
        replicates = statistic(self.replicates)
        if not np.isfinite(replicates).all():
            return Estimate(value, None)
        return Estimate(value, percentile_interval(replicates, self.units, self.over))


def joint_medians(series: list[Samples], alone: list[Floats] = ()) -> JointMedians:
    """Medians of `series`, whose clusters name clips by the same numbers and of which only common clips count; and
    behind them of `alone`, whose samples are independent. Needs a common clip where there is any series."""
    common = _common_clips(series)
    groups = [[each.values[each.clusters == clip] for clip in common] for each in series]
    values = [np.median(np.concatenate(clips)) for clips in groups] + [np.median(each) for each in alone]
    draw_clips = common.size >= MIN_INDEPENDENT
    fewest_runs = min((runs.size for clips in groups for runs in clips), default=MIN_INDEPENDENT)
    fewest = min((sum(runs.size for runs in clips) for clips in groups), default=MIN_INDEPENDENT)
    fewest_alone = min((each.size for each in alone), default=MIN_INDEPENDENT)
    if fewest_alone < MIN_INDEPENDENT or (series and not draw_clips and (fewest < MIN_INDEPENDENT or fewest_runs < 2)):
        return JointMedians(np.array(values), None, 0, "repeats")
    generator = np.random.default_rng(SEED)
    replicates = _resampled(groups, common.size, draw_clips, generator, _median_of_all) if series else []
    replicates += [medians_of_resamples(each, generator) for each in alone]
    units = (common.size if draw_clips else fewest - common.size + 1) if series else fewest_alone
    return JointMedians(
        np.array(values), np.stack(replicates), max(units, 2), "clips" if series and draw_clips else "repeats"
    )


def _common_clips(series: list[Samples]) -> Ints:
    common = np.unique(series[0].clusters) if series else np.empty(0, np.int64)
    for each in series[1:]:
        common = np.intersect1d(common, each.clusters)
    return common


def _resampled(
    groups: list[list[Floats]], clips: int, draw_clips: bool, generator: np.random.Generator, statistic: Statistic
) -> list[Floats]:
    """Replicates [REPLICATES, ...] of each series' statistic, which maps values [rows, clips, runs] and which of them
    count to [rows, ...]."""
    most_a_clip = max(2, MOST_RUNS // clips)
    tables = []
    for runs_of_clip in groups:
        kept = [thinned(runs, most_a_clip) for runs in runs_of_clip]
        sizes = np.array([runs.size for runs in kept])
        table = np.zeros((clips, sizes.max()))
        for row, runs in enumerate(kept):
            table[row, : runs.size] = runs
        tables.append((table, sizes))
    replicates: list[list[Floats]] = [[] for _ in groups]
    block = max(1, MAX_CELLS // (clips * max(table.shape[1] for table, _ in tables)))
    for done in range(0, REPLICATES, block):
        rows = min(block, REPLICATES - done)
        drawn = generator.integers(0, clips, (rows, clips)) if draw_clips else np.tile(np.arange(clips), (rows, 1))
        for blocks, (table, sizes) in zip(replicates, tables, strict=True):
            size = sizes[drawn][..., None]
            within = np.floor(generator.random((rows, clips, table.shape[1])) * size).astype(np.int64)
            kept = np.broadcast_to(np.arange(table.shape[1]) < size, within.shape)
            blocks.append(statistic(table[drawn[..., None], within], kept))
    return [np.concatenate(blocks) for blocks in replicates]


def ratio_clip_by_clip(numerator: Samples, denominator: Samples) -> Estimate:
    """The median over common clips of each clip's median(numerator) / median(denominator): clips of different length
    cancel, as they do not between two medians of all. There must be a common clip; `denominator` must be positive."""
    common = _common_clips([numerator, denominator])
    groups = [[each.values[each.clusters == clip] for clip in common] for each in (numerator, denominator)]
    ratios = [np.median(ours) / np.median(theirs) for ours, theirs in zip(*groups, strict=True)]
    draw_clips = common.size >= MIN_INDEPENDENT
    fewest_runs = min(runs.size for clips in groups for runs in clips)
    fewest = min(sum(runs.size for runs in clips) for clips in groups)
    if not draw_clips and (fewest < MIN_INDEPENDENT or fewest_runs < 2):
        return Estimate(float(np.median(ratios)), None)
    ours, theirs = _resampled(groups, common.size, draw_clips, np.random.default_rng(SEED), _median_of_each_clip)
    units = common.size if draw_clips else fewest - common.size + 1
    interval = percentile_interval(np.median(ours / theirs, axis=1), units, "clips" if draw_clips else "repeats")
    return Estimate(float(np.median(ratios)), interval)


def _median_of_each_clip(values: Floats, kept: NDArray[np.bool_]) -> Floats:
    rows, clips, most = values.shape
    return row_quantile(values.reshape(-1, most), kept.reshape(-1, most), 0.5).reshape(rows, clips)


def _median_of_all(values: Floats, kept: NDArray[np.bool_]) -> Floats:
    return row_quantile(values.reshape(len(values), -1), kept.reshape(len(values), -1), 0.5)


@dataclass(frozen=True)
class LineFit:
    """A weighted least-squares line through medians, and where it meets a level."""

    slope: Estimate
    intercept: Estimate
    level: Estimate
    crossing: Estimate


def line_crossing(networks: list[tuple[Floats, Samples, Samples]]) -> LineFit:
    """For each network: `x` values [n], the line's samples and the level's, both with clips. The line goes through the
    medians (x, line) of at least two networks with different x, each weighted by the inverse of its bootstrap variance:
    times vary in proportion to their length, and a slow network must not blur what a quick one shows. The level is
    the mean of the level's medians."""
    count = len(networks)
    lines, levels = [line for _, line, _ in networks], [level for *_, level in networks]
    medians = joint_medians([*lines, *levels], [x for x, *_ in networks])

    weights = _inverse_variances(medians, count)

    def fitted(of: Floats) -> tuple[Floats, Floats, Floats]:
        y, level, x = of[:count], of[count : 2 * count].mean(axis=0), of[2 * count :]
        mean_x, mean_y = weights @ x, weights @ y
        slope = weights @ ((x - mean_x) * (y - mean_y)) / (weights @ (x - mean_x) ** 2)
        return slope, mean_y - slope * mean_x, level

    def where_it_meets(of: Floats) -> Floats:
        slope, intercept, level = fitted(of)
        return (level - intercept) / slope

    return LineFit(
        slope=medians.estimate(lambda of: fitted(of)[0]),
        intercept=medians.estimate(lambda of: fitted(of)[1]),
        level=medians.estimate(lambda of: fitted(of)[2]),
        crossing=medians.estimate(where_it_meets),
    )


def _inverse_variances(medians: JointMedians, count: int) -> Floats:
    """Weights [count] that add up to 1; equal ones where a variance is unknown or zero."""
    if medians.replicates is None:
        return np.full(count, 1 / count)
    variances = medians.replicates[:count].var(axis=1)
    if variances.min() <= 0:
        return np.full(count, 1 / count)
    return (1 / variances) / (1 / variances).sum()
