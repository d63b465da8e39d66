"""Cost: prices, assumptions, bills, break-evens."""

import dataclasses

import pytest

from analysis.compare import compare, load
from analysis.cost.assumptions import read_assumptions
from analysis.cost.measured import Measured
from analysis.cost.model import CostModel
from analysis.cost.prices import price_list
from analysis.errors import AnalysisError
from analysis.records import EndRecord
from analysis.statistics import Estimate, Interval
from tests.analysis.synthetic_run import START, run_record, synthetic_run, write_run

TIMES = {
    "function_ms": Estimate(20.0, Interval(18, 22, "clips")),
    "endpoint_ms": Estimate(10.0, Interval(8, 12, "clips")),
}
SEEN = Measured(
    wire="npy",
    function_start_ms=0.0,
    endpoint_start_ms=0.0,
    bytes_up=10_000,
    bytes_down=1_000,
    first_visit_bytes=20e6,
    repeat_visit_bytes=0.0,
    classifier_bytes=4e6,
    **TIMES,
)


def model(seen: Measured = SEEN, assumed=None, instances_for=lambda rate: 1) -> CostModel:
    return CostModel(seen, assumed or read_assumptions(), price_list(), instances_for)


def test_every_price_has_a_unit_a_source_and_says_whether_it_was_verified():
    for name, price in price_list().prices.items():
        assert price.usd > 0 and price.unit and price.source.startswith("https://"), name
        assert isinstance(price.verified, bool)
        assert price.tiers[0][1] == price.usd and price.tiers[-1][0] == float("inf")


def test_tiers_are_charged_one_after_the_other():
    transfer = price_list()["cloudfront_gb_south_america"]
    assert transfer.charge(10_000) == pytest.approx(1100)
    assert transfer.charge(12_000) == pytest.approx(1100 + 2000 * 0.105)
    assert transfer.charge(1_500, free_tier=True) == pytest.approx(500 * 0.11)
    assert transfer.charge(0) == 0


def test_a_browsers_month_is_its_visits_and_its_storage():
    people, edge = read_assumptions().users, read_assumptions().edge
    first = 100 * people.first_visits_a_month
    requests = first * edge.requests_first_visit
    requests += 100 * (people.visits_a_month - people.first_visits_a_month) * edge.requests_repeat_visit
    expected = first * 0.02 * 0.11 + requests * 2.2e-6 + edge.bucket_gb * 0.023
    assert model().month("edge", 100, (20, 10)) == pytest.approx(expected)


def test_one_more_recognition_costs_what_its_parts_cost():
    cloud = read_assumptions().cloud
    one = 3.5e-6 + 1000 / 1e9 * 0.09 + 2e-7 + 0.020 * cloud.function_memory_mb / 1024 * 0.0000166667
    one += 11_000 / 1e9 * 0.016 + cloud.log_bytes / 1e9 * 0.5 + 0.010 * cloud.endpoint_memory_mb / 1024 * 0.00002
    found = model()
    assert found._one_recognition((20, 10)) == pytest.approx(one)
    (flip, realtime) = found.break_evens()
    assert (flip.between, flip.value.value) == ("edge_serverless", pytest.approx(4e-3 * 0.11 / one))
    hour = price_list()[cloud.instance_type].usd * cloud.hours_a_month
    assert realtime.value.value == pytest.approx(hour / (0.010 * cloud.endpoint_memory_mb / 1024 * 0.00002))


def test_at_the_break_even_both_paths_cost_the_same():
    (flip, _) = model().break_evens()
    defaults = read_assumptions()
    people = defaults.users.model_copy(
        update={"recognitions_a_month": flip.value.value * defaults.users.first_visits_a_month}
    )
    even = model(assumed=defaults.model_copy(update={"users": people}))
    edge, cloud = (even.month(option, 1000, (20, 10)) for option in ("edge", "serverless"))
    upkeep = even.month("serverless", 0, (20, 10)) - even.month("edge", 0, (20, 10))
    assert cloud - upkeep == pytest.approx(edge)


def test_intervals_are_those_of_the_times():
    serverless, edge = model().option("serverless").per_1000, model().option("edge").per_1000
    assert serverless.interval.low < serverless.value < serverless.interval.high
    assert edge.interval is None
    without = dataclasses.replace(SEEN, function_ms=Estimate(20.0, None))
    assert model(without).option("serverless").per_1000.interval is None


def test_instances_are_paid_by_the_hour_whoever_comes():
    two = model(instances_for=lambda rate: 2 if rate > 1 else 1)
    months = {month.users: month.instances for month in two.option("realtime").months}
    assert months[10] == 1 and months[1_000_000] == 2


def test_a_run_without_visits_has_no_cost_and_without_server_times_only_the_browsers(tmp_path):
    end = EndRecord(t=START + 60, completed=True, seconds=60)
    assert compare(load(write_run(tmp_path / "none", [run_record(1), end]))).cost is None
    timeless = [each for each in synthetic_run(clips=2, rounds=1) if getattr(each, "clock", None) != "server"]
    cost = compare(load(write_run(tmp_path / "edge", timeless))).cost
    assert [option.option for option in cost.options] == ["edge"]
    assert cost.missing == ["function_ms", "endpoint_ms"] and cost.break_even == []


def test_a_file_replaces_what_it_names_and_nothing_else(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[users]\nrecognitions_a_month = 7\n[free_tier]\napply = true\n")
    mine, defaults = read_assumptions(file), read_assumptions()
    assert mine.users.recognitions_a_month == 7 and mine.free_tier.apply
    assert mine.users.visits_a_month == defaults.users.visits_a_month and mine.cloud == defaults.cloud


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[user]\nx = 1\n", "no table"),
        ("[users]\nrecognition = 1\n", "users.recognition"),
        ("[users]\nrecognitions_a_month = -1\n", "users.recognitions_a_month"),
        ("[cloud]\ncold_share = 2\n", "cloud.cold_share"),
        ("[scale]\npeak_factor = nan\n", "scale.peak_factor"),
        ("users = 3\n", "no table"),
        ("[users\n", "not TOML"),
    ],
)
def test_an_assumption_that_cannot_be_is_one_sentence(tmp_path, text, says):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(AnalysisError, match=says) as error:
        read_assumptions(file)
    assert "\n" not in str(error.value) and "mine.toml" in str(error.value)


def test_an_instance_type_without_a_price_is_one_sentence(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[cloud]\ninstance_type = "ml.new.large"\n')
    log = load(write_run(tmp_path, synthetic_run(clips=1, rounds=1)))
    with pytest.raises(AnalysisError, match=r"ml\.new\.large"):
        compare(log, read_assumptions(file))
