"""The speed bar of the training loops: what it times, not how fast that is."""

import numpy as np
import pytest

from recognizer import bench


def test_the_interval_of_a_median_is_that_of_the_binomial_distribution():
    assert bench.median_interval(np.arange(1.0, 13.0)) == (3.0, 10.0)  # 96.1 %; 4 to 9 would be 85.4 %
    assert bench.median_interval(np.arange(1.0, 7.0)) == (1.0, 6.0)
    assert bench.median_interval(np.arange(1.0, 6.0)) is None


def test_made_up_people_are_as_many_and_as_long_as_the_recorded_ones():
    data = bench.made_up()
    assert len(data) == 119 and len(data.labels) == 24
    assert data.frames.min() >= 30 and data.frames.max() <= 235
    assert all(np.isfinite(clip).all() for clip in data.clips)


def test_every_loop_is_timed_once_a_round():
    few = bench.made_up().subset(np.arange(3))
    times = bench.measure(few, rounds=2)
    assert [len(seconds) for seconds in times] == [2, 2, 2]
    assert all((seconds > 0).all() for seconds in times)


@pytest.mark.parametrize(("seconds", "code"), [((0.1, 4.0, 1.0), 0), ((0.1, 1.0, 0.5), 1), ((0.6, 20.0, 9.0), 1)])
def test_a_missed_bar_is_exit_code_1(monkeypatch, capsys, seconds, code):
    monkeypatch.setattr(bench, "measure", lambda data: tuple(np.full(bench.ROUNDS, value) for value in seconds))
    monkeypatch.setattr(bench, "peak_gib", lambda: 0.5)
    assert bench.main() == code
    assert ("missed" in capsys.readouterr().out) == bool(code)
