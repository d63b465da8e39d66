"""Networks: calibration, both paths, visits, and the round trip at which they cross."""

import pytest

from analysis.compare import compare, load
from analysis.records import EndRecord, NetworkRecord
from tests.analysis.synthetic_run import NETWORKS, START, network_records, run_record, synthetic_run, write_run


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    records = [run_record(7), *network_records(), EndRecord(t=START + 60, completed=True, seconds=60)]
    return compare(load(write_run(tmp_path_factory.mktemp("run"), records)))


def test_steps_of_a_network_never_mix_with_the_main_ones(tmp_path, comparison):
    plain = synthetic_run(clips=7, rounds=2)
    alone = compare(load(write_run(tmp_path / "a", plain)))
    mixed = compare(load(write_run(tmp_path / "b", [*plain[:-1], *network_records(), plain[-1]])))
    for name in ("speedups", "breakdowns", "steps", "cold", "clips", "accuracy", "rounds"):
        assert getattr(mixed, name) == getattr(alone, name), name
    assert [row.network for row in mixed.networks] == list(NETWORKS)
    assert comparison.speedups == [] and comparison.cold == []


def test_both_paths_are_summarised_in_each_network(comparison):
    for row, rtt in zip(comparison.networks, NETWORKS.values(), strict=True):
        assert row.edge.median.value == pytest.approx(100, rel=0.15)
        assert row.cloud["npy"].median.value == pytest.approx(10 + 2 * rtt, rel=0.15)
        assert row.ratio["npy"].value == pytest.approx((10 + 2 * rtt) / 100, rel=0.03)
        assert (row.edge.n, row.edge.clips) == (14, 7)


def test_calibration_is_held_to_the_profile(comparison):
    fibre = next(row for row in comparison.networks if row.network == "fibre")
    by_quantity = {row.quantity: row for row in fibre.calibration}
    assert by_quantity["rtt_ms"].off == pytest.approx(0, abs=0.01)
    assert by_quantity["down_mbit"].off == pytest.approx(-0.02, abs=0.01)
    assert by_quantity["loss"].measured.interval.high > by_quantity["loss"].measured.value == 0
    assert by_quantity["loss"].off is None


@pytest.mark.parametrize(
    ("losses", "value", "interval"),
    [([0.0] * 5, 0.0, None), ([0.02] * 8, 0.02, None), ([0.0, 0.01, 0.02, 0.03, 0.04, 0.05], 0.025, (0.005, 0.045))],
)
def test_shares_lost_are_averaged_and_those_all_alike_carry_no_interval(tmp_path, losses, value, interval):
    record = next(record for record in network_records() if isinstance(record, NetworkRecord))
    record = record.model_copy(update={"measured": {"loss": losses}})
    (row,) = compare(load(write_run(tmp_path, [run_record(1), record]))).networks[0].calibration
    assert row.measured.value == pytest.approx(value)
    found = row.measured.interval
    assert (found and (found.low, found.high)) == (interval and pytest.approx(interval, abs=0.001))


def test_first_visits_have_their_parts_and_the_rest(comparison):
    for row, rtt in zip(comparison.networks, NETWORKS.values(), strict=True):
        (visit,) = row.visits
        parts = {part.part: part.ms.median.value for part in visit.parts}
        assert (visit.what, visit.ms.n, visit.median_bytes) == ("first_visit", 3, 18_600_000)
        assert parts["visit_connect"] == 3 * rtt
        assert parts["rest"] == pytest.approx(25)
        assert sum(parts.values()) - parts["visit_first_frame"] == pytest.approx(visit.ms.median.value)


def test_the_paths_cross_where_they_were_made_to(comparison):
    found = comparison.crossing
    assert found.rtt_ms.interval.contains(45) and found.rtt_ms.value == pytest.approx(45, rel=0.1)
    assert found.round_trips.value == pytest.approx(2, rel=0.1)
    assert found.at_no_rtt_ms.interval.contains(10)
    assert (found.wire, found.faster, len(found.points)) == ("npy", "depends", 3)


@pytest.mark.parametrize(("edge", "faster"), [(5.0, "edge"), (500.0, "cloud"), (260.0, "cannot_tell")])
def test_a_crossing_outside_what_was_measured_is_no_crossing(tmp_path, edge, faster):
    def paced(record):
        slower = getattr(record, "step", "") == "classify"
        return record.model_copy(update={"ms": record.ms / 100 * edge}) if slower else record

    records = [paced(record) for record in network_records()]
    assert compare(load(write_run(tmp_path, [run_record(7), *records]))).crossing.faster == faster


def test_two_networks_are_no_line(tmp_path):
    records = [record for record in network_records() if getattr(record, "network", "") != "4g"]
    assert compare(load(write_run(tmp_path, [run_record(7), *records]))).crossing is None


def test_a_network_without_calibration_is_shown_without(tmp_path):
    records = [record for record in network_records() if not isinstance(record, NetworkRecord)]
    comparison = compare(load(write_run(tmp_path, [run_record(7), *records])))
    assert {row.network for row in comparison.networks} == set(NETWORKS)
    assert all(row.nominal is None and row.calibration == [] for row in comparison.networks)
    assert comparison.crossing is None
