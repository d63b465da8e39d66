import pytest

from loadtests.load.schedule import Arrival, arrivals, kept
from loadtests.load.stages import make_stages


class Clock:
    """Time that passes only while somebody sleeps; `late` maps a call of sleep to seconds that it takes too long."""

    def __init__(self, late=()):
        self.at = 0.0
        self.late = dict(late)
        self.sleeps = 0

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.at += seconds + self.late.get(self.sleeps, 0)
        self.sleeps += 1


def never():
    return False


def test_arrivals_are_evenly_spaced_and_each_belongs_to_its_stage():
    found = list(arrivals(make_stages(4, rate=4, steps=2), 100.0))
    assert [(arrival.stage, arrival.due) for arrival in found] == [
        *((0, 100 + number / 2) for number in range(4)),
        *((1, 102 + number / 4) for number in range(8)),
    ]
    assert [arrival.number for arrival in found] == list(range(12))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_share_the_arrivals_without_overlap_or_gap(workers):
    stages = make_stages(3, rate=7)
    shares = [list(arrivals(stages, 0.0, worker, workers)) for worker in range(workers)]
    together = sorted((arrival for share in shares for arrival in share), key=lambda arrival: arrival.number)
    assert together == list(arrivals(stages, 0.0))


def test_no_more_are_due_than_rate_times_time():
    due = [arrival.due for arrival in arrivals(make_stages(9, rate=33.3, steps=3), 0.0)]
    for begin in range(0, len(due), 10):
        for end in range(begin + 1, len(due), 7):
            assert end - begin <= 33.3 * (due[end] - due[begin]) + 1e-6


def test_arrivals_come_at_their_moment():
    clock = Clock()
    due = [1.0, 1.5, 4.0]
    times = [clock.at for _ in kept((Arrival(0, 0, at) for at in due), never, clock.now, clock.sleep)]
    assert times == pytest.approx(due)


def test_after_a_stall_the_overdue_come_at_once_and_none_is_left_out():
    clock = Clock(late={0: 1.0})
    schedule = [Arrival(number, 0, 0.1 + number / 10) for number in range(20)]
    times = {a.number: clock.at for a in kept(iter(schedule), never, clock.now, clock.sleep)}
    assert sorted(times) == list(range(20))
    assert all(times[number] == pytest.approx(1.1) for number in range(10))
    assert all(times[number] == pytest.approx(0.1 + number / 10) for number in range(11, 20))


def test_a_stopped_schedule_ends_within_a_long_wait():
    clock = Clock()
    assert not list(kept(iter([Arrival(0, 0, 1000.0)]), lambda: clock.at > 1, clock.now, clock.sleep))
    assert clock.at < 2
