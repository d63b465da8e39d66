"""Queueing formulas against known values and a simulation; the predicted knee; sizes."""

import dataclasses
from heapq import heapify, heapreplace

import numpy as np
import pytest

from analysis.compare import compare, load
from analysis.records import EndRecord
from analysis.scale.queueing import (
    erlang_b,
    erlang_c,
    servers_for_refusals,
    servers_for_wait,
    share_finding_full,
    share_within,
    wait,
)
from tests.analysis.synthetic_run import START, load_records, run_record, synthetic_run, write_run


def test_erlangs_formulas_give_their_tabulated_values():
    assert erlang_b(1, 1) == pytest.approx(0.5)
    assert erlang_b(5, 3) == pytest.approx(0.1101, abs=1e-4)  # Erlang's B table
    assert erlang_b(10, 5) == pytest.approx(0.0184, abs=1e-4)
    assert erlang_c(1, 0.6) == pytest.approx(0.6)  # M/M/1: the server's utilisation
    assert erlang_c(2, 1) == pytest.approx(1 / 3)
    assert erlang_c(2, 2) == 1.0


def simulated_wait(servers: int, gaps: np.ndarray, service: np.ndarray) -> float:
    """The mean wait of first come, first served, by the definition."""
    free = [0.0] * servers
    heapify(free)
    waits, now = [], 0.0
    for gap, work in zip(gaps, service, strict=True):
        now += gap
        begin = max(now, free[0])
        heapreplace(free, begin + work)
        waits.append(begin - now)
    return float(np.mean(waits[len(waits) // 10 :]))


@pytest.mark.parametrize(("servers", "rate", "cs2"), [(1, 0.7, 1.0), (2, 1.5, 1.0), (2, 1.6, 0.25), (4, 3.4, 0.5)])
def test_the_mean_wait_is_that_of_a_simulated_queue(servers, rate, cs2):
    random, n = np.random.default_rng(1), 150_000
    service = random.gamma(1 / cs2, cs2, n)
    simulated = simulated_wait(servers, random.exponential(1 / rate, n), service)
    share, mean = wait(servers, rate, 1.0, (1 + cs2) / 2)
    assert share * mean == pytest.approx(simulated, rel=0.1)


def test_beyond_saturation_nobody_is_done_in_time():
    assert wait(2, 10, 1, 1) == (1.0, float("inf"))
    assert share_within(100, np.ones(3), wait(2, 10, 1, 1)) == 0
    assert share_finding_full(4, 2, 10, 1, 1) == 1


def test_without_variation_nobody_waits():
    assert share_within(1.0, np.array([0.5, 1.5]), wait(2, 1, 1, 0)) == 0.5
    assert share_finding_full(4, 2, 1, 1, 0) == 0


def test_the_fewest_servers_are_enough_and_one_less_is_not():
    needed = servers_for_refusals(100, 0.05, 0.001)
    assert erlang_b(needed, 5) <= 0.001 < erlang_b(needed - 1, 5)
    needed = servers_for_wait(100, 0.05, 1, 0.02)
    for servers, enough in ((needed, True), (needed - 1, False)):
        share, mean = wait(servers, 100, 0.05, 1)
        assert (mean != float("inf") and share * np.exp(-0.02 / mean) <= 0.1) == enough


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    records = [run_record(1), *load_records(), EndRecord(t=START + 60, completed=True, seconds=60)]
    comparison = compare(load(write_run(tmp_path_factory.mktemp("run"), records)))
    (found,) = comparison.scale.predictions
    return found


def test_the_model_sees_the_lightest_stage_and_is_held_to_the_measured_knee(predicted):
    """Two cores, 10 ms of service and even arrivals: saturation is near 200 a second."""
    assert predicted.service_ms.value == pytest.approx(10, rel=0.05)
    assert (predicted.servers, predicted.room) == (2, None)
    assert predicted.arrival_variation < 0.01
    assert predicted.knee.interval.low <= predicted.knee.value <= predicted.knee.interval.high
    assert 190 < predicted.knee.value < 210
    assert (predicted.measured_low, predicted.measured_high) == (100, 200)
    assert predicted.error == pytest.approx(max(0, predicted.knee.value / 200 - 1))


def test_a_load_over_a_network_of_a_deployment_or_without_cores_has_no_prediction(tmp_path):
    end = EndRecord(t=START + 60, completed=True, seconds=60)
    first = run_record(1)
    away = first.model_copy(update={"settings": {"target": "deployment.json"}})
    coreless = first.model_copy(update={"environment": first.environment.model_copy(update={"cores": None})})
    for name, run in (("away", away), ("coreless", coreless)):
        log = load(write_run(tmp_path / name, [run, *load_records(), end]))
        assert compare(log).scale is None
    head, *rest = load_records()
    log = load(write_run(tmp_path / "network", [first, head.model_copy(update={"network": "4g"}), *rest, end]))
    assert compare(log).scale is None


def test_sizes_grow_with_the_recognitions_and_say_their_range(tmp_path):
    scale = compare(load(write_run(tmp_path, synthetic_run(clips=7, rounds=2)))).scale
    assert [row.recognitions_a_day for row in scale.rows] == [10**power for power in range(3, 8)]
    for name in ("endpoint_instances", "endpoint_environments", "lambda_environments"):
        counts = [getattr(row, name) for row in scale.rows]
        assert [each.value for each in counts] == sorted(each.value for each in counts)
        assert all(each.low <= each.value <= each.high for each in counts)
    last = scale.rows[-1]
    assert last.peak_rate == pytest.approx(1e7 / 86_400 * scale.peak_factor)
    assert last.lambda_environments.value > 1
    assert 0 < last.cdn_gb_a_day_cloud < last.cdn_gb_a_day_edge
    assert dataclasses.asdict(scale)["predictions"] == []
