"""How much a figure moves from one warm round to the next, and the cloud against itself."""

import numpy as np

from analysis.compare.comparison import AACheck, RoundMedians, RoundSpread
from analysis.compare.run_log import RunLog
from analysis.compare.speedup import median
from analysis.records import Wire
from analysis.statistics import Samples, median_of_ratios


def round_medians(log: RunLog, wire: Wire | None) -> list[RoundMedians]:
    """Medians of each round that has a trial with both paths; none where only one path was measured."""
    if wire is None:
        return []
    edge, cloud, rounds = log.paired(
        lambda trials: trials.get("classify"),
        lambda trials: trials.cloud_total(wire),
        lambda trials: trials.rounds.astype(np.float64),
    )
    rows = []
    for number in np.unique(rounds.values):
        of_round = rounds.values == number
        ours, theirs = edge.values[of_round], cloud.values[of_round]
        ratio = median(theirs / ours) if ours.min() > 0 else None
        rows.append(RoundMedians(int(number), int(of_round.sum()), median(ours), median(theirs), ratio))
    return rows


def round_spread(rows: list[RoundMedians]) -> RoundSpread | None:
    """Standard deviation of the rounds' medians over their mean; None below two rounds."""
    if len(rows) < 2:
        return None
    return RoundSpread(
        rounds=len(rows),
        edge=_variation([row.edge_ms for row in rows]),
        cloud=_variation([row.cloud_ms for row in rows]),
        ratio=_variation([row.ratio for row in rows]),
    )


def _variation(values: list[float | None]) -> float | None:
    if None in values or np.mean(values) == 0:
        return None
    return float(np.std(values, ddof=1) / np.mean(values))


def aa_check(log: RunLog) -> AACheck | None:
    """The same cloud request twice in a trial: its ratio must be 1 within its interval."""
    first, second = _aa_samples(log)
    if not first.values.size or first.values.min() <= 0:
        return None
    ratio = median_of_ratios(second.values, first.values, first.clusters)
    contains_one = ratio.interval.contains(1) if ratio.interval else None
    return AACheck(ratio, int(first.values.size), contains_one)


def _aa_samples(log: RunLog) -> list[Samples]:
    """Over whatever wire, the fastest that has any first."""
    for wire in [*log.wires(), None]:
        pair = log.paired(lambda of, w=wire: of.get("aa_first", w), lambda of, w=wire: of.get("aa_second", w))
        if pair[0].values.size:
            return pair
    return log.paired(lambda of: of.get("aa_first"), lambda of: of.get("aa_second"))
