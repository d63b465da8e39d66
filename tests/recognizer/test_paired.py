import numpy as np
import pytest

from recognizer.paired import Paired, compare


@pytest.mark.parametrize(
    ("table", "p"),
    # Armitage & Berry 1994, p. 127 (StatsDirect); Bentur et al. 2009 (Fagerland et al. 2013); statsmodels 0.15
    [((20, 12, 2, 16), 0.0129), ((1, 1, 7, 12), 0.0703), ((212, 144, 256, 707), 2.33e-8)],
)
def test_the_exact_p_equals_the_published_values(table, p):
    assert Paired(*table).p == pytest.approx(p, rel=5e-3)


@pytest.mark.parametrize(
    ("table", "interval"),
    # Altman et al. 2000, table 6.2; Bentur et al. 2009 (Fagerland et al. 2014). Both subtract the other way round.
    [((14, 5, 0, 22), (-0.226, -0.011)), ((1, 1, 7, 12), (0.026, 0.507))],
)
def test_the_interval_equals_the_published_values(table, interval):
    assert Paired(*table).interval95 == pytest.approx(interval, abs=1e-3)


def test_clips_are_counted_by_who_recognised_them():
    first = np.array([1, 1, 1, 0, 0, 0, 0], dtype=bool)
    second = np.array([1, 1, 0, 1, 1, 0, 0], dtype=bool)
    paired = compare(first, second)
    assert paired == Paired(both=2, only_first=1, only_second=2, neither=2)
    assert paired.n == 7 and paired.difference == pytest.approx(1 / 7)


def test_swapping_the_models_mirrors_the_interval_and_keeps_p():
    one, other = Paired(700, 30, 12, 128), Paired(700, 12, 30, 128)
    assert one.p == other.p
    assert one.interval95 == pytest.approx(tuple(-bound for bound in reversed(other.interval95)))


@pytest.mark.parametrize("table", [(900, 0, 0, 30), (900, 0, 0, 0), (0, 0, 0, 900)])
def test_models_that_never_differ_are_not_told_apart(table):
    paired = Paired(*table)
    low, high = paired.interval95
    assert paired.p == 1 and low <= 0 <= high


def test_other_clips_than_the_first_model_saw_are_refused():
    with pytest.raises(ValueError, match="same clips"):
        compare(np.ones(3, dtype=bool), np.ones(4, dtype=bool))
