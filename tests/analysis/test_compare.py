"""From records to figures: hand-made trials with known answers, and runs that lack something."""

import pytest

from analysis.compare import compare, load
from analysis.errors import RecordError
from analysis.records import AnswerRecord, EndRecord, Record
from tests.analysis.synthetic_run import SHA, START, Clock, run_record, synthetic_run, write_run

CLIP = "hello/hello_10_A.webm"
SERVER_MS = {
    "gateway": 20.0,
    "lambda": 17.0,
    "handler": 16.0,
    "sagemaker": 12.0,
    "endpoint_decode": 1.0,
    "endpoint_queue": 0.5,
    "endpoint_inference": 4.0,
    "endpoint_encode": 0.25,
}


def hand_made_trial(trial: str = "warm-0-a", clip: str = CLIP, server: bool = True) -> list[Record]:
    clock = Clock(trial, clip, 0, "warm")
    records = [
        clock.step("shared", "extract", 1000.0),
        clock.step("shared", "decode", 100.0),
        clock.step("shared", "landmarks", 900.0),
        clock.step("edge", "classify", 8.0),
        clock.step("edge", "inference", 5.0),
        clock.step("cloud", "encode", 0.5, wire="npy", bytes=1000),
        clock.step("cloud", "round_trip", 30.0, wire="npy"),
        clock.step("cloud", "parse", 1.5, wire="npy", bytes=80),
    ]
    if server:
        records += [clock.step("cloud", step, ms, "server", wire="npy") for step, ms in SERVER_MS.items()]
    return records


def answered(trial: str, top: str, path: str = "edge", clip: str = CLIP, gloss: str | None = "hello") -> AnswerRecord:
    return AnswerRecord(
        t=START,
        trial=trial,
        clip=clip,
        gloss=gloss,
        path=path,
        wire="npy" if path == "cloud" else None,
        top=[{"label": top, "probability": 0.9}, {"label": "tea", "probability": 0.1}],
        logits=[1.0, 2.0],
        sha256=SHA,
    )


@pytest.fixture
def comparison_of(tmp_path):
    def of(*records: Record, ended: bool = True):
        end = [EndRecord(t=START, completed=True, seconds=1)] if ended else []
        return compare(load(write_run(tmp_path / "run", [run_record(2), *records, *end])))

    return of


def parts(comparison, path: str) -> dict[str, float]:
    (breakdown,) = [row for row in comparison.breakdowns if row.path == path]
    return {part.part: part.ms.median.value for part in breakdown.parts}


def test_self_times_of_a_hand_made_trial(comparison_of):
    comparison = comparison_of(*hand_made_trial())
    assert parts(comparison, "cloud") == {
        "decode": 100.0,
        "landmarks": 900.0,
        "encode": 0.5,
        "network": 10.0,
        "gateway_own": 3.0,
        "lambda_own": 5.0,
        "sagemaker_own": 6.25,
        "endpoint_decode": 1.0,
        "endpoint_queue": 0.5,
        "endpoint_inference": 4.0,
        "endpoint_encode": 0.25,
        "parse": 1.5,
    }
    assert parts(comparison, "edge") == {"decode": 100.0, "landmarks": 900.0, "inference": 5.0, "worker": 3.0}


def test_the_parts_of_one_trial_add_up_to_its_total(comparison_of):
    for row in comparison_of(*hand_made_trial()).breakdowns:
        assert sum(part.ms.median.value for part in row.parts) == pytest.approx(row.total.median.value)
        assert row.rest_ms == pytest.approx(0)


def test_medians_of_parts_and_the_rest_add_up_to_the_median_total(tmp_path):
    comparison = compare(load(write_run(tmp_path, synthetic_run(clips=7, rounds=3))))
    for row in comparison.breakdowns:
        known = sum(part.ms.median.value for part in row.parts) + row.rest_ms
        assert known == pytest.approx(row.total.median.value)


def test_speedups_of_a_hand_made_trial(comparison_of):
    alone, whole = comparison_of(*hand_made_trial()).speedups
    assert (alone.scope, alone.edge.median.value, alone.cloud.median.value) == ("inference", 8.0, 32.0)
    assert (alone.ratio.value, alone.difference_ms.value) == (4.0, 24.0)
    assert (whole.scope, whole.edge.median.value, whole.cloud.median.value) == ("whole_video", 1008.0, 1032.0)
    assert whole.ratio.value == pytest.approx(1032 / 1008)


def test_landmarks_share_of_a_hand_made_trial(comparison_of):
    assert comparison_of(*hand_made_trial()).landmark_share.median.value == pytest.approx(900 / 1008)


def test_one_trial_carries_no_interval(comparison_of):
    for row in comparison_of(*hand_made_trial()).speedups:
        assert row.ratio.interval is None
        assert row.difference_ms.interval is None
        assert row.edge.median.interval is None
        assert row.edge.p90 is None


def test_a_difference_of_medians_is_never_taken(comparison_of):
    """Two trials whose self times differ from the difference of their medians."""
    slow = [record.model_copy(update={"ms": 50.0}) if record.step == "round_trip" else record for record in _other()]
    comparison = comparison_of(*hand_made_trial(), *slow)
    assert parts(comparison, "cloud")["network"] == pytest.approx((10.0 + 5.0) / 2)


def _other() -> list[Record]:
    doubled = hand_made_trial("warm-1-a")
    return [record.model_copy(update={"ms": 45.0}) if record.step == "gateway" else record for record in doubled]


def test_without_server_timings_the_round_trip_is_one_part(comparison_of):
    comparison = comparison_of(*hand_made_trial(server=False))
    (cloud,) = [row for row in comparison.breakdowns if row.path == "cloud"]
    assert cloud.server_timings is False
    assert parts(comparison, "cloud") == {
        "decode": 100.0,
        "landmarks": 900.0,
        "encode": 0.5,
        "round_trip": 30.0,
        "parse": 1.5,
    }


def test_a_trial_that_lacks_a_part_does_not_shift_the_pairs(comparison_of):
    half = [record for record in hand_made_trial("warm-1-a") if record.step != "classify"]
    comparison = comparison_of(*hand_made_trial(), *half)
    assert {row.edge.n for row in comparison.speedups} == {1}


def test_the_fastest_wire_is_the_headline(tmp_path):
    comparison = compare(load(write_run(tmp_path, synthetic_run(clips=6, rounds=2))))
    assert comparison.headline_wire == "npy"
    assert {(row.scope, row.wire) for row in comparison.speedups if row.headline} == {
        ("inference", "npy"),
        ("whole_video", "npy"),
    }
    assert {row.wire for row in comparison.speedups} == {"npy", "json"}


def test_one_path_alone_is_compared_with_nothing(comparison_of):
    edge_only = [record for record in hand_made_trial() if record.path != "cloud"]
    comparison = comparison_of(*edge_only)
    assert comparison.headline_wire is None
    assert comparison.speedups == []
    assert [row.path for row in comparison.breakdowns] == ["edge"]


def test_a_request_that_started_something_counts_as_cold_wherever_it_happened(comparison_of):
    warm = hand_made_trial()
    trial = Clock("warm-1-a", CLIP, 1, "cold")
    cold = [
        trial.step("cloud", "round_trip", 900.0, wire="npy"),
        trial.step("cloud", "lambda_init", 200.0, "server", wire="npy"),
    ]
    warm_half = [record for record in hand_made_trial("warm-1-a") if record.path != "cloud"]
    comparison = comparison_of(*warm, *warm_half, *cold, answered("warm-1-a", "hello"))
    (round_trip,) = [row for row in comparison.steps if row.step == "round_trip" and row.phase == "warm"]
    assert round_trip.ms.maximum == 30.0
    started = {row.what: row.ms.median.value for row in comparison.cold}
    assert started == {"lambda_init": 200.0, "round_trip_lambda_cold": 900.0}
    assert [(notice.code, notice.values) for notice in comparison.notices if "cold" in notice.code] == [
        ("cold_start_in_warm_trial", {"n": 1})
    ]
    assert comparison.accuracy[0].clips_answered == 1


def test_every_exec_of_the_endpoint_counts_even_under_one_trials_name(comparison_of):
    execs = [Clock("cold-none", None, 0, "cold").step("cloud", "exec_to_ready", ms, "driver") for ms in (300, 310, 320)]
    (start,) = comparison_of(*execs).cold
    assert (start.what, start.ms.n, start.ms.median.value) == ("exec_to_ready", 3, 310)


def test_a_function_started_by_itself_and_one_within_a_request_are_two_rows(comparison_of):
    cold = Clock("cold-0", None, 0, "cold")
    parts = {"lambda_boot": 40.0, "lambda_imports": 50.0}
    alone = [cold.step("cloud", step, ms, "driver") for step, ms in {"lambda_exec_to_ready": 100.0, **parts}.items()]
    within = Clock("cold-1", None, 1, "cold").step("cloud", "lambda_init", 300.0, "server", wire="npy")
    comparison = comparison_of(*alone, within)
    assert {row.what: row.ms.median.value for row in comparison.cold} == {
        "lambda_exec_to_ready": 100.0,
        "lambda_init": 300.0,
    }
    shares = {row.part: row.ms.median.value for row in comparison.cold_parts if row.of == "lambda_exec_to_ready"}
    assert shares == {**parts, "rest": 10.0}


def test_a_clip_has_one_vote_its_first_warm_answer(comparison_of):
    comparison = comparison_of(
        *hand_made_trial(),
        answered("warm-0-a", "please"),
        answered("warm-1-a", "hello"),
        answered("warm-2-a", "hello"),
    )
    (row,) = comparison.accuracy
    assert (row.n, row.top1.correct, row.clips_with_one_answer_in_all_rounds) == (1, 0, 0)


def test_a_cold_answer_is_no_vote(comparison_of):
    cold = Clock("cold-0-a", CLIP, 0, "cold").step("edge", "classify", 90.0)
    comparison = comparison_of(cold, answered("cold-0-a", "hello"))
    assert comparison.accuracy == []


def test_a_gloss_that_the_model_cannot_name_is_counted_apart(comparison_of):
    comparison = comparison_of(
        answered("warm-0-a", "hello"), answered("warm-0-b", "tea", clip="milk/milk.webm", gloss="milk")
    )
    (row,) = comparison.accuracy
    assert (row.n, row.top1.correct, row.clips_answered, row.clips_outside_vocabulary) == (1, 1, 2, 1)


def test_logits_are_compared_within_a_trial_only(comparison_of):
    first, second = answered("warm-0-a", "hello"), answered("warm-0-a", "hello", "cloud")
    elsewhere = answered("warm-1-a", "hello", "cloud").model_copy(update={"logits": [50.0, 50.0]})
    moved = second.model_copy(update={"logits": [1.0, 2.25]})
    (row,) = comparison_of(*hand_made_trial(), first, moved, elsewhere).agreement
    assert (row.first, row.second, row.n, row.largest_difference) == ("edge", "cloud npy", 1, 0.25)


def test_another_file_on_one_path_is_noticed(comparison_of):
    other = answered("warm-0-a", "hello", "cloud").model_copy(update={"sha256": "cd" * 32})
    assert comparison_of(answered("warm-0-a", "hello"), other).model.same_everywhere is False


def test_bytes_of_request_and_answer(comparison_of):
    (row,) = comparison_of(*hand_made_trial()).traffic
    assert (row.wire, row.n, row.median_bytes_up, row.median_bytes_down) == ("npy", 1, 1000, 80)


def test_a_run_without_its_end_is_marked(comparison_of):
    assert comparison_of(*hand_made_trial(), ended=False).run.completed is False


def test_a_step_that_comes_twice_in_a_trial_is_noticed_and_the_first_kept(comparison_of):
    comparison = comparison_of(*hand_made_trial(), Clock("warm-0-a", CLIP, 0, "warm").step("edge", "classify", 800.0))
    assert comparison.speedups[0].edge.median.value == 8.0
    assert ("repeated_step", {"n": 1}) in [(notice.code, notice.values) for notice in comparison.notices]


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([EndRecord(t=START, completed=False, seconds=1)], "does not start with a run record"),
        ([run_record(1), run_record(1)], "two runs"),
        ([run_record(1), *hand_made_trial(), *hand_made_trial(clip="other.webm")], "two clips"),
        ([], "does not start with a run record"),
    ],
    ids=["only an end", "two runs", "two clips in a trial", "empty"],
)
def test_a_file_that_is_no_run_is_one_sentence(tmp_path, records, says):
    path = write_run(tmp_path, records)
    with pytest.raises(RecordError, match=says):
        load(path)
