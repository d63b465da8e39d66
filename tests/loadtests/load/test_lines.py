import pytest

from analysis.records import RequestRecord, read_records
from loadtests.load.lines import request_line, server_timings

REQUEST = {
    "load": "cloud-npy",
    "stage": 2,
    "id": "abc",
    "name": "predict npy",
    "worker": "1",
    "due": 1000.0,
    "sent": 1000.001,
    "ended": 1000.0115,
    "status": 200,
    "error": None,
    "bytes_up": 30000,
    "bytes_down": 900,
    "server": {"gateway": 9.5},
}


def read_back(tmp_path, **fields) -> RequestRecord:
    path = tmp_path / "samples.jsonl"
    path.write_bytes(request_line(**REQUEST | fields))
    (record,) = read_records(path)
    return record


def test_a_line_is_a_request_record_with_every_field(tmp_path):
    record = read_back(tmp_path)
    assert (record.t, record.due, record.status, record.error) == (1000.001, 1000.0, 200, None)
    assert record.ms == pytest.approx(11.5)
    assert record.service_ms == pytest.approx(10.5)
    assert record.late_ms == pytest.approx(1.0)
    assert (record.load, record.stage, record.id, record.name, record.worker) == (
        "cloud-npy",
        2,
        "abc",
        "predict npy",
        "1",
    )
    assert (record.bytes_up, record.bytes_down, record.server) == (30000, 900, {"gateway": 9.5})


def test_in_a_closed_workload_latency_counts_from_the_sending(tmp_path):
    record = read_back(tmp_path, due=None)
    assert (record.due, record.late_ms) == (None, None)
    assert record.ms == record.service_ms


def test_a_request_without_an_answer_says_why(tmp_path):
    record = read_back(tmp_path, status=None, error="TimeoutError: no answer within 60 s", server={})
    assert (record.status, record.error) == (None, "TimeoutError: no answer within 60 s")


@pytest.mark.parametrize(
    ("header", "timings"),
    [
        ("gateway;dur=9.123, lambda;dur=8", {"gateway": 9.123, "lambda": 8}),
        ("queue;dur=0,decode;dur=0.1", {"queue": 0, "decode": 0.1}),
        ('db;desc="a b";dur=5.5, cache;dur=2;desc=hit', {"db": 5.5, "cache": 2}),
        ("miss, broken;dur=x, negative;dur=-1, fine;dur=3", {"fine": 3}),
        ("odd;dur=1.2.3, fine;dur=3", {}),
        ("", {}),
    ],
)
def test_server_timings_are_read_and_nonsense_is_left_out(header, timings):
    assert server_timings(header) == timings
