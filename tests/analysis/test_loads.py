"""Loads: what a stage counts, and where the knee lies."""

import dataclasses

import pytest

from analysis.compare import compare, load
from analysis.compare.loads import find_knee
from analysis.errors import RecordError
from analysis.records import EndRecord, LoadRecord, RequestRecord
from tests.analysis.synthetic_run import START, load_records, run_record, write_run


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    records = [run_record(1), *load_records(), EndRecord(t=START + 60, completed=True, seconds=60)]
    comparison = compare(load(write_run(tmp_path_factory.mktemp("run"), records)))
    assert comparison.speedups == [] and comparison.breakdowns == []
    (found,) = comparison.load
    return found


def test_a_stage_counts_what_was_sent_and_what_came_back(result):
    overloaded = result.stages[3]
    assert (overloaded.offered_rate, overloaded.seconds, overloaded.n) == (200, 5, 1000)
    assert overloaded.statuses == {"200": 900, "429": 100}
    assert (overloaded.failed_share.correct, overloaded.failed_share.value) == (100, 0.1)
    assert overloaded.ms.n == 900 and overloaded.late_ms.n == 1000
    assert overloaded.server["gateway"].n == 900


def test_a_rate_is_achieved_when_its_answers_have_come(result):
    light, *_, overloaded = result.stages
    assert light.achieved_rate == pytest.approx(20, rel=0.01)
    assert overloaded.achieved_rate < 120


def test_a_stage_that_was_cut_short_is_no_slower_for_it(tmp_path):
    cut = [record for record in load_records() if getattr(record, "stage", 0) < 2]
    half = compare(load(write_run(tmp_path, [run_record(1), *cut[: -len(cut) // 3]]))).load[0]
    assert half.stages[-1].n < 250
    assert half.stages[-1].achieved_rate == pytest.approx(50, rel=0.05)


def test_the_knee_is_the_last_stage_before_the_answers_fall_behind(result):
    assert (result.knee.rate, result.knee.low_stage, result.knee.high_stage, result.knee.rule) == (100, 2, 3, "p90")
    assert [point.rate for point in result.curve] == [20, 50, 100, 200]


def test_a_load_that_never_falls_behind_has_its_knee_beyond(result):
    assert find_knee(result.stages[:3]).high_stage is None


def test_a_refusal_is_past_the_knee_however_quick_the_others_are(result):
    refusing = dataclasses.replace(result.stages[1], failed_share=result.stages[3].failed_share)
    assert find_knee([result.stages[0], refusing, result.stages[2]]).rate == 20


def test_small_stages_are_judged_by_their_medians(result):
    small = [dataclasses.replace(stage, ms=dataclasses.replace(stage.ms, p90=None)) for stage in result.stages]
    assert find_knee(small).rule == "median"


def test_there_is_no_knee_where_the_lightest_stage_fails(result):
    assert find_knee(list(reversed([dataclasses.replace(result.stages[3], offered_rate=1), result.stages[1]]))) is None


def _requests(path, *changes):
    plan = LoadRecord(t=START, load="a", user="cloud", workload="open", stages=[{"seconds": 1, "rate": 1}])
    common = {"t": START, "load": "a", "stage": 0, "id": "1", "name": "x", "ms": 1, "service_ms": 1, "status": 200}
    requests = [RequestRecord(**(common | change)) for change in changes]
    return load(write_run(path, [run_record(1), plan, *requests]))


@pytest.mark.parametrize(
    ("change", "says"),
    [({"load": "b"}, "write the load first"), ({"stage": 3}, "stage 3 of load 'a', which has 1")],
)
def test_a_request_without_its_load_is_one_sentence(tmp_path, change, says):
    with pytest.raises(RecordError, match=says):
        _requests(tmp_path, change)


def test_a_request_without_an_answer_is_a_failure_and_no_time(tmp_path):
    stage = compare(_requests(tmp_path, {"status": None, "error": "timed out", "ms": 9000})).load[0].stages[0]
    assert (stage.statuses, stage.failed_share.value, stage.ms) == ({"none": 1}, 1.0, None)


def test_a_file_of_the_cache_is_a_good_answer(tmp_path):
    assert compare(_requests(tmp_path, {"status": 304})).load[0].stages[0].failed_share.correct == 0


def test_requests_before_their_time_and_clocks_that_jump_are_told(tmp_path):
    requests = [{"due": START + 0.5}, {"t": START - 500}, {"t": START + 9000}]
    notices = {notice.code: notice.values for notice in compare(_requests(tmp_path, *requests)).notices}
    assert notices["early_requests"] == {"n": 1}
    assert notices["clock_jumped"] == {"n": 2, "seconds": 9500}


def test_records_a_little_out_of_order_are_no_jump(tmp_path):
    requests = [{"t": START + 40}, {"t": START}, {"t": START + 20, "ms": 90_000, "service_ms": 90_000}]
    assert "clock_jumped" not in {notice.code for notice in compare(_requests(tmp_path, *requests)).notices}
