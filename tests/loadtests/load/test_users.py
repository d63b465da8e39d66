"""The user files under Locust, against a toy server that counts."""

import json
import os
import signal
import time
from itertools import pairwise

import pytest

from loadtests.load import shipped
from tests.e2e.processes import survivors
from tests.loadtests.load.locust_process import locust, names, recorded, run_locust, two_workers


@pytest.fixture
def samples(tmp_path):
    return tmp_path / "samples.jsonl"


@pytest.fixture
def options(toy, samples, keypoints_file):
    return ["--host", toy.url, "--keypoints", keypoints_file, "--samples", samples]


def test_an_open_workload_sends_what_was_asked_for_and_records_every_request(toy, samples, options):
    code, output = run_locust("cloud.py", *options, "-t", "1s", "--rate", 60, "--ramp", 2, "--load", "mine")
    assert code == 0, output
    load, requests = recorded(samples)
    assert (load.load, load.user, load.wire, load.workload) == ("mine", "cloud", "npy", "open")
    assert [request.stage for request in requests] == [0] * 15 + [1] * 30
    assert len(toy.seen) == 45
    assert {(method, path) for _, method, path, _ in toy.seen} == {("POST", "/prod/predict?top_k=5&logits=1")}
    due = sorted(request.due for request in requests)
    assert due[15] - due[0] == pytest.approx(0.5, abs=1e-3)
    assert min(after - before for before, after in pairwise(due)) == pytest.approx(1 / 60, abs=1e-3)
    assert all(request.late_ms >= 0 for request in requests)
    # The server gave each id a number of its own: the timings of one answer must not come under another's id.
    assert {request.id: request.server["gateway"] for request in requests} == toy.answers


def test_two_workers_share_a_rate_and_their_records_reach_the_one_file(toy, samples, options):
    code, output = run_locust("endpoint.py", *options, "-t", "1s", "--rate", 60, *two_workers())
    assert code == 0, output
    load, requests = recorded(samples)
    assert load.workers == 2
    assert sorted(request.worker for request in requests) == ["0"] * 30 + ["1"] * 30
    assert {request.id for request in requests} == set(toy.answers)
    due = sorted(request.due for request in requests)
    assert max(after - before for before, after in pairwise(due)) == pytest.approx(1 / 60, abs=1e-3)


def test_a_server_that_stalls_delays_no_arrival_and_its_stall_is_in_the_latencies(toy, samples, options):
    with locust("endpoint.py", *options, "-t", "2s", "--rate", 50) as (process, _):
        while not toy.seen:
            time.sleep(0.005)
        toy.until = time.time() + 1
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    _, requests = recorded(samples)
    assert len(requests) == 100
    stalled = [request for request in requests if toy.until - 0.9 < request.due < toy.until - 0.1]
    assert len(stalled) >= 35
    for request in stalled:
        assert request.t < toy.until, "an arrival waited for the server"
        assert request.ms >= (toy.until - request.due) * 1e3 - 5


def test_a_closed_workload_has_as_many_under_way_as_the_stage_has_users(toy, samples, options):
    toy.delay = 0.02
    code, output = run_locust("endpoint.py", *options, "-t", "1s", "-u", 3, "--ramp", 2)
    assert code == 0, output
    load, requests = recorded(samples)
    assert [stage.users for stage in load.stages] == [2, 3]
    assert {request.due for request in requests} == {None}
    second = min(request.t for request in requests if request.stage == 1)
    assert max(count for at, count in toy.most_at_once if at < second - 0.05) == 2
    assert max(count for at, count in toy.most_at_once) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_load_loses_no_record_and_leaves_no_process(toy, samples, options, workers):
    toy.delay = 0.3
    distributed = two_workers() if workers == 2 else []
    with locust("endpoint.py", *options, "-t", "60s", "--rate", 40, *distributed) as (process, mark):
        while len(toy.seen) < 40:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
        assert not survivors(mark), output
    _, requests = recorded(samples)
    assert len(requests) == len(toy.seen)
    assert {request.id for request in requests if request.status == 200} == set(toy.answers)


def test_ctrl_c_in_the_terminal_loses_no_record_either(toy, samples, options):
    """There it reaches the master and its workers at the same moment."""
    toy.delay = 0.1
    with locust("endpoint.py", *options, "-t", "60s", "--rate", 40, *two_workers()) as (process, mark):
        while len(toy.seen) < 20:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert not survivors(mark), output
    assert len(recorded(samples)[1]) == len(toy.seen)


def test_a_load_whose_records_find_no_room_ends_and_keeps_the_whole_ones(toy, samples, options):
    limited = ("bash", "-c", 'ulimit -f 8; exec "$@"', "bash")  # 8 KiB a file
    code, output = run_locust("endpoint.py", *options, "-t", "20s", "--rate", 60, before=limited)
    assert code == 2
    assert f"{samples} took only a part of the records" in output and "Traceback" not in output
    assert len(toy.seen) < 300
    assert 0 < len(recorded(samples)[1]) < len(toy.seen)


def test_answers_that_say_no_are_records_like_the_others(toy, samples, options):
    toy.status = 429
    run_locust("cloud.py", *options, "-t", "1s", "--rate", 10)
    _, requests = recorded(samples)
    assert [request.status for request in requests] == [429] * 10


def test_a_server_that_is_gone_is_recorded_as_no_answer(samples, options, toy):
    nowhere = ["--host", "http://127.0.0.1:1", *options[2:]]
    code, output = run_locust("cloud.py", *nowhere, "-t", "1s", "--rate", 10)
    assert code == 0, output
    _, requests = recorded(samples)
    assert [(request.status, request.error[:22]) for request in requests] == [(None, "ConnectionRefusedError")] * 10


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (["--host", "http://example.com"], "example.com is not loaded: only this machine"),
        (["-t", "0s"], "more than 0 seconds"),
        (["--keypoints", "/nowhere.npz"], "/nowhere.npz"),
        (["--ramp", "100", "--rate", "1"], "leave a stage without a request"),
    ],
)
def test_what_must_not_or_cannot_be_run_is_refused_in_one_sentence(toy, options, samples, changed, sentence):
    code, output = run_locust("cloud.py", *options, "-t", "5s", "--rate", 10, *changed)
    assert code == 2
    assert sentence in output and "Traceback" not in output
    assert not toy.seen and not samples.exists()


def test_a_visitor_who_comes_back_asks_only_for_what_the_cache_does_not_answer(toy, samples, tmp_path, monkeypatch):
    if not (shipped.DIST / "index.html").exists():
        pytest.skip("the site is not built: `make site`, which `make test` runs first, does it")
    monkeypatch.setenv("CERCA_CACHE", str(tmp_path))
    visit = shipped._path("visit")
    visit.parent.mkdir()
    visit.write_text(json.dumps(["/", "/assets/a-12345678.js", "/model.onnx"]))
    toy.files = {
        "/": {"Cache-Control": "no-cache", "ETag": '"page"'},
        "/assets/a-12345678.js": {"Cache-Control": "public, max-age=31536000, immutable", "ETag": '"a"'},
        "/model.onnx": {"Cache-Control": "no-cache", "ETag": '"m"'},
    }
    code, output = run_locust("website.py", "--host", toy.url, "--samples", samples, "-t", "1s", "--rate", 2)
    assert code == 0, output
    _, requests = recorded(samples)
    assert names(requests) == {"first_visit": 1, "repeat_visit": 1, "GET /": 2, "GET .js": 1, "GET .onnx": 2}
    assert [request.status for request in requests if request.name == "GET /"] == [200, 304]
    again = [headers for _, _, path, headers in toy.seen if path == "/"][1]
    assert again["if-none-match"] == '"page"' and again["accept-encoding"] == "br, gzip"
    first, repeat = (next(r for r in requests if r.name == name) for name in ("first_visit", "repeat_visit"))
    assert first.bytes_down > 3000 > 1000 > repeat.bytes_down
    assert first.due is not None and {r.due for r in requests if r.name.startswith("GET")} == {None}


PAGE = b"""<!doctype html><input type="file" id="clip"><script>
  const after = (ms, value) => new Promise((done) => setTimeout(() => done(value), ms));
  window.cerca = {
    ready: () => after(1, { ms: { navigation_to_ready: 123 }, assets: [] }),
    extract: () => after(50, { keypoints: "AAAA", ms: { extract: 40 } }),
    classify: () => after(1, { ms: { classify: 2 } }),
  };
</script>"""


def test_a_browser_runs_the_edge_path_and_its_own_times_are_recorded(toy, samples, tmp_path):
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "one.webm").write_bytes(b"")
    toy.page = PAGE
    toy.files = {"/?fps=10&threads=1&lang=en": {"Content-Type": "text/html"}}
    options = ["--host", toy.url, "--samples", samples, "-t", "60s", "-u", 1, "--clips", tmp_path / "clips"]
    with locust("browser.py", *options) as (process, mark):
        while not samples.exists() or samples.read_bytes().count(b'"recognise"') < 3:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
        assert not survivors(mark), output
    _, requests = recorded(samples)
    assert names(requests)["first_visit"] == 1
    times = {(r.name, round(r.ms), r.status) for r in requests if r.error is None}
    assert times == {("first_visit", 123, 200), ("extract", 40, 200), ("classify", 2, 200), ("recognise", 42, 200)}


def test_a_browser_has_no_rate(toy, samples):
    code, output = run_locust("browser.py", "--host", toy.url, "-t", "4s", "--rate", 1)
    assert code == 2
    assert "give users (-u), not a rate" in output
