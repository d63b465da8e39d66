import pytest

from loadtests.network.profiles import shipped
from loadtests.network.throttle import conditions
from loadtests.network.trains import PACKET_BYTES, TrainCounter
from loadtests.network.visits import parts_of


@pytest.mark.parametrize(
    ("connected", "compiled", "ends", "expected"),
    [
        (250, 1200, [300, 1000, 900], (250, 750, 200, 800)),
        (250, 800, [300, 1000], (250, 750, 0, 1000)),  # compiled while others still came
        (250, None, [300], (250, 50, 0, 1700)),
        (0, 10, [], (0, 0, 10, 1990)),  # everything was at hand
        (250, 1200, [1000, 5000], (250, 750, 200, 800)),  # what came after the page was ready is no part of it
    ],
)
def test_the_parts_of_a_visit_are_what_each_added_and_make_up_the_whole(connected, compiled, ends, expected):
    parts = parts_of(2000.0, {"connected": connected, "compiled": compiled}, ends)
    assert tuple(parts.values()) == expected
    assert sum(parts.values()) == 2000


def test_a_trains_rate_is_of_its_body_and_the_next_train_starts_anew():
    counter = TrainCounter()
    # A slow head of 20 packets, then 80 at one a millisecond.
    counter._times = [number * 0.01 for number in range(20)] + [1 + number * 0.001 for number in range(80)]
    assert counter.rate() == pytest.approx(PACKET_BYTES * 8 / 0.001 / 1e6)
    assert counter.rate() is None


def test_chromium_is_told_bytes_a_second_and_the_whole_round_trip():
    told = conditions(shipped()["poor-3g"])
    assert (told["latency"], told["downloadThroughput"], told["uploadThroughput"]) == (300, 200_000, 96_000)
    assert conditions(shipped()["loopback"])["downloadThroughput"] == -1
