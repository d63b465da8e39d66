"""What a reader is told before any figure: runs that lack something, or were cut short."""

import pytest

from analysis.compare import compare, load
from analysis.wording import LANGUAGES, Words
from tests.analysis.synthetic_run import synthetic_run, write_run


def notices(folder, records) -> dict[str, dict]:
    found = {notice.code: notice.values for notice in compare(load(write_run(folder, records))).notices}
    for language in LANGUAGES:
        for code, values in found.items():
            assert Words(language)(f"notice.{code}", **values).endswith(".")
    return found


def only(path: str):
    return [
        record
        for record in synthetic_run(clips=7, rounds=2, cold=0)
        if getattr(record, "path", path) in ("shared", path)
    ]


@pytest.mark.parametrize("path", ["edge", "cloud"])
def test_one_path_alone_is_told(tmp_path, path):
    assert f"{path}_only" in notices(tmp_path, only(path))


def test_both_paths_are_not(tmp_path):
    found = notices(tmp_path, synthetic_run(clips=7, rounds=2, cold=0))
    assert not {"edge_only", "cloud_only", "few_samples", "clock_jumped", "early_requests"} & set(found)


def test_one_measurement_is_told_and_carries_no_interval(tmp_path):
    assert notices(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))["few_samples"] == {"n": 1, "needed": 6}
    assert all(row.ratio.interval is None for row in compare(load(tmp_path / "samples.jsonl")).speedups)


def test_answers_without_the_servers_timings_are_counted(tmp_path):
    records = synthetic_run(clips=7, rounds=2, cold=0)
    lost = [record for record in records if getattr(record, "step", "") != "gateway" or record.round]
    found = notices(tmp_path, lost)
    assert found["no_server_timings_npy"] == found["no_server_timings_json"] == {"n": 7, "of": 14}


def test_a_run_that_was_cut_short_is_used_and_marked(tmp_path):
    whole = synthetic_run(clips=7, rounds=2, cold=1)
    path = write_run(tmp_path, whole[: len(whole) * 2 // 3])
    path.write_bytes(path.read_bytes()[:-30])
    comparison = compare(load(path))
    assert not comparison.run.completed
    assert "last_record_cut_off" in {notice.code for notice in comparison.notices}
    assert comparison.speedups[0].edge.n > 0
