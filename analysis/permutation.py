"""Is one run slower than another, or does it only look so? A permutation test of ranks, and Holm's correction.

The statistic is Mann and Whitney's: how high the second series ranks among both; where samples have clips, ranks are
taken within each clip and scaled by its count (van Elteren 1960), so that long clips do not outshout short ones. Its
distribution comes from shuffling which run a sample belongs to, within its clip (Good 2005, *Permutation, Parametric
and Bootstrap Tests of Hypotheses*, sec. 3.3), from a fixed seed.
"""

import numpy as np

from analysis.statistics import SEED, Floats, Ints, Samples, thinned

SHUFFLES = 4999
# More samples than this in a series are thinned, clip by clip, to their evenly spaced order statistics: the test then
# has the power of that many, which sees a difference of a tenth of the spread.
MOST_SAMPLES = 500


def permutation_p(first: Samples, second: Samples) -> float | None:
    """Two-sided p that both series come from one distribution. Only clips that both have count; None where there is
    nothing to shuffle."""
    if first.clusters is None or second.clusters is None:
        strata = [(first.values, second.values)]
    else:
        common = np.intersect1d(first.clusters, second.clusters)
        strata = [(first.values[first.clusters == clip], second.values[second.clusters == clip]) for clip in common]
    most = max(2, MOST_SAMPLES // max(1, len(strata)))
    strata = [(thinned(ours, most), thinned(theirs, most)) for ours, theirs in strata]
    if not strata or all(ours.size + theirs.size < 3 for ours, theirs in strata):
        return None
    scores, stratum, is_second = _scores(strata)
    observed = scores[is_second].sum()
    generator = np.random.default_rng(SEED)
    reached = 0
    for begin in range(0, SHUFFLES, 500):
        rows = min(500, SHUFFLES - begin)
        # within a stratum the order is random; its last places are the second series'
        order = np.argsort(stratum + generator.random((rows, scores.size)), axis=1)
        shuffled = scores[order][:, is_second].sum(axis=1)
        reached += int(np.sum(np.abs(shuffled) >= abs(observed) - 1e-12))
    return (1 + reached) / (1 + SHUFFLES)


def _scores(strata: list[tuple[Floats, Floats]]) -> tuple[Floats, Ints, np.ndarray]:
    """Scaled ranks around 0, the stratum of each sample, and whether it is of the second series; strata in order, the
    second series' samples last in each."""
    scores, stratum, is_second = [], [], []
    for index, (ours, theirs) in enumerate(strata):
        both = np.concatenate([ours, theirs])
        scores.append((_midranks(both) - (both.size + 1) / 2) / (both.size + 1))
        stratum.append(np.full(both.size, index))
        is_second.append(np.arange(both.size) >= ours.size)
    return np.concatenate(scores), np.concatenate(stratum), np.concatenate(is_second)


def _midranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the middle of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def holm(p_values: list[float]) -> list[float]:
    """p values adjusted for their number (Holm 1979): reject those below the level."""
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = highest
    return adjusted.tolist()
