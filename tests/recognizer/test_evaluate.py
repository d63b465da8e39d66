import numpy as np
import pytest

from recognizer.evaluate import Score, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Reference values: R, binom::binom.confint(method = "wilson")
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)],
)
def test_wilson_interval_equals_the_published_values(successes, n, low, high):
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=1e-4)


def test_top_k_counts_ranks():
    score = Score(("a", "b"), np.array([0, 0, 1, 4, 5]), np.zeros((2, 2), dtype=int))
    assert (score.n, score.top(1), score.top(5)) == (5, 0.4, 0.8)
