"""The link's model, under a clock of the test's own."""

import statistics
from itertools import pairwise

from loadtests.network.link import FEWEST_QUEUED, PACKET_BITS, QUEUE_SECONDS, Direction

FULL = 1500


def link(delay=0.0, jitter=0.0, loss=0.0, rate=None, seed=1):
    return Direction(delay, jitter, loss, rate, seed)


def test_a_packet_takes_the_delay_and_its_own_time_on_the_wire():
    assert link(delay=0.05).arrival(FULL, 10.0) == 10.05
    one = link(delay=0.05, rate=12e6).arrival(FULL, 10.0)
    assert abs(one - 10.051) < 1e-9


def test_packets_sent_together_come_out_at_the_rate():
    direction = link(rate=12e6)
    arrivals = [direction.arrival(FULL, 0.0) for _ in range(50)]
    gaps = [after - before for before, after in pairwise(arrivals)]
    assert all(abs(gap - 0.001) < 1e-9 for gap in gaps)


def test_a_full_queue_drops_and_an_empty_one_forgets():
    direction = link(rate=120e6)
    taken = sum(direction.arrival(FULL, 0.0) is not None for _ in range(5000))
    assert abs(taken - QUEUE_SECONDS * 120e6 / PACKET_BITS) <= 2
    assert direction.arrival(FULL, 10.0) == 10.0 + PACKET_BITS / 120e6


def test_a_slow_links_queue_holds_a_burst_of_packets():
    direction = link(rate=100e3)
    taken = sum(direction.arrival(FULL, 0.0) is not None for _ in range(500))
    assert FEWEST_QUEUED <= taken <= FEWEST_QUEUED + 2


def test_the_share_of_lost_packets_is_the_loss():
    direction = link(loss=0.02)
    lost = sum(direction.arrival(FULL, number / 1e3) is None for number in range(50_000))
    assert 0.017 < lost / 50_000 < 0.023


def test_the_delay_varies_around_its_mean_as_much_as_was_asked_for():
    direction = link(delay=0.05, jitter=0.01)
    # Far enough apart to be independent, and at every phase of a slot.
    delays = [direction.arrival(100, sent) - sent for sent in (number * 0.123 for number in range(20_000))]
    assert abs(statistics.mean(delays) - 0.05) < 0.0005
    assert 0.0093 < statistics.stdev(delays) < 0.0103  # cut at three sigmas


def test_packets_never_overtake_each_other_and_never_arrive_before_they_were_sent():
    direction = link(delay=0.002, jitter=0.01)
    sent = [number * 0.0007 for number in range(5000)]
    arrivals = [direction.arrival(100, instant) for instant in sent]
    assert arrivals == sorted(arrivals)
    assert all(arrival >= instant for arrival, instant in zip(arrivals, sent, strict=True))


def test_a_seed_gives_the_same_network_again():
    def fates(seed):
        direction = link(delay=0.05, jitter=0.01, loss=0.1, rate=1e6, seed=seed)
        return [direction.arrival(FULL, number * 0.01) for number in range(300)]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
