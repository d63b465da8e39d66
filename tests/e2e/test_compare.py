"""`cerca compare` as a user runs it: real Chromium, real cloud path, real clips."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.processes import ROOT, cerca, marked_processes, run_cerca, survivors

pytestmark = pytest.mark.slow


def records(reports: Path) -> list[dict]:
    return [json.loads(line) for line in (reports / "latest" / "samples.jsonl").read_text().splitlines()]


def of_kind(kind: str, reports: Path) -> list[dict]:
    return [record for record in records(reports) if record["kind"] == kind]


def wait_for_warm_steps(reports: Path, process, count: int = 1) -> None:
    """Until `count` warm answers stand in the running command's samples."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        for samples in reports.glob("*/samples.jsonl"):
            if (
                samples.read_text().count('"trial":"warm-')
                and sum(
                    '"kind":"answer"' in line and '"trial":"warm-' in line for line in samples.read_text().splitlines()
                )
                >= count
            ):
                return
        time.sleep(0.1)
    pytest.fail("no warm answer within two minutes")


@pytest.fixture(scope="module")
def mixed_run(tmp_path_factory):
    """One run over two good clips, one that no browser decodes, one that is no video and one without a person."""
    folder = tmp_path_factory.mktemp("mixed")
    clips, reports = folder / "clips", folder / "reports"
    for gloss in ("hello", "please"):
        (clips / gloss).mkdir(parents=True)
        shutil.copy(sorted((ROOT / "samples" / gloss).glob("*.webm"))[0], clips / gloss)
    shutil.copy(ROOT / "tests/data/mpeg4_part2.mp4", clips / "hello")
    shutil.copy(ROOT / "tests/data/not_a_video.mp4", clips / "hello")
    shutil.copy(ROOT / "tests/samples/data/empty_room.webm", clips)
    options = ["--clips", str(clips), "--reports", str(reports), "--rounds", "2", "--cold", "1", "--load", "3"]
    finished, left = run_cerca("compare", *options)
    return finished, left, reports


def test_unusable_clips_fail_alone_and_the_exit_code_says_so(mixed_run):
    finished, _, reports = mixed_run
    assert finished.returncode == 1, finished.stderr
    failures = {Path(failure["clip"]).name: failure["code"] for failure in of_kind("failure", reports)}
    assert failures == {
        "mpeg4_part2.mp4": "unsupported_codec",
        "not_a_video.mp4": "not_a_video",
        "empty_room.webm": "no_person",
    }
    answered = {answer["clip"].split("/")[0] for answer in of_kind("answer", reports)}
    assert answered == {"hello", "please"}


def test_every_failure_is_one_sentence_in_the_report(mixed_run):
    _, _, reports = mixed_run
    page = (reports / "latest" / "index.html").read_text()
    for failure in of_kind("failure", reports):
        assert failure["message"].count("\n") == 0
        assert failure["message"].endswith(".")
        assert failure["clip"] in page


def test_browser_endpoint_and_native_runtime_agree_on_every_clip(mixed_run):
    _, _, reports = mixed_run
    by_trial: dict[str, dict] = {}
    for answer in of_kind("answer", reports):
        by_trial.setdefault(answer["trial"], {})[answer["path"], answer.get("wire")] = answer
    warm = [answers for trial, answers in by_trial.items() if trial.startswith("warm-")]
    assert len(warm) == 4
    for answers in warm:
        assert set(answers) == {("edge", None), ("cloud", "npy"), ("cloud", "json"), ("native", None)}
        native = answers["native", None]["logits"]
        for answer in answers.values():
            assert max(abs(a - b) for a, b in zip(answer["logits"], native, strict=True)) <= 1e-4
            assert answer["sha256"] == answers["native", None]["sha256"]


def test_cold_and_warm_are_kept_apart(mixed_run):
    _, _, reports = mixed_run
    steps = of_kind("step", reports)
    warm = {step["step"] for step in steps if step["phase"] == "warm"}
    cold = {step["step"] for step in steps if step["phase"] == "cold"}
    started = {"lambda_init", "endpoint_start", "first_visit", "repeat_visit", "exec_to_ready", "first_answer"}
    assert started <= cold
    assert not started & warm
    assert {"extract", "classify", "encode", "round_trip", "gateway", "lambda", "endpoint_inference"} <= warm


def test_the_same_request_twice_is_recorded_in_every_warm_trial(mixed_run):
    _, _, reports = mixed_run
    twice = [step for step in of_kind("step", reports) if step["step"].startswith("aa_")]
    assert {step["step"] for step in twice} == {"aa_first", "aa_second"}
    assert len({step["trial"] for step in twice}) == 4


def test_the_loads_requests_are_in_the_run_with_the_servers_times(mixed_run):
    _, _, reports = mixed_run
    requests = of_kind("request", reports)
    assert {load["user"] for load in of_kind("load", reports)} == {"cloud", "endpoint"}
    assert {request["load"] for request in requests} == {"cloud-npy", "endpoint-npy"}
    assert any(
        request["server"].get("inference") or request["server"].get("endpoint_inference") for request in requests
    )


def test_no_process_outlives_the_command(mixed_run):
    _, left, _ = mixed_run
    assert left == []


def test_the_summary_is_printed_and_names_the_report(mixed_run):
    finished, _, _ = mixed_run
    assert "index.html" in finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("send", "ask"),
    # `timeout` and supervisors send to the group: the browser's driver then ends under the run's hands.
    [pytest.param(os.kill, signal.SIGINT, id="itself"), pytest.param(os.killpg, signal.SIGTERM, id="its group")],
)
def test_an_interrupted_run_is_reported_and_marked(two_clips, tmp_path, send, ask):
    reports = tmp_path / "reports"
    options = ["--clips", str(two_clips), "--reports", str(reports), "--cold", "0", "--load", "0"]
    with cerca("compare", *options) as (process, mark):
        wait_for_warm_steps(reports, process)
        send(process.pid, ask)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert survivors(mark) == []
    assert "Traceback" not in errors
    (end,) = of_kind("end", reports)
    assert end["completed"] is False
    assert (reports / "latest" / "index.html").exists()


def test_an_endpoint_killed_half_way_does_not_end_the_run(two_clips, tmp_path):
    reports = tmp_path / "reports"
    options = ["--clips", str(two_clips), "--reports", str(reports), "--rounds", "6", "--cold", "0", "--load", "0"]
    with cerca("compare", *options) as (process, mark):
        # Of all ways of the first clip: the landmarks of the next give time for a kill that no request is under way in.
        wait_for_warm_steps(reports, process, count=4)
        endpoints = [found for found in marked_processes(mark) if "cloud_inference" in found.cmdline()]
        assert endpoints
        for endpoint in endpoints:
            endpoint.kill()
        process.communicate(timeout=120)
        assert process.returncode in (0, 1)
    assert of_kind("end", reports)[0]["completed"] is True
    steps = of_kind("step", reports)
    assert any(step["step"] == "endpoint_start" and step["phase"] == "cold" for step in steps)
    last_round = {answer["path"] for answer in of_kind("answer", reports) if answer["trial"].startswith("warm-5-")}
    assert last_round == {"edge", "cloud", "native"}


def one_sentence(finished) -> str:
    """What a failed command told its user: one line, no traceback."""
    assert finished.returncode == 2, finished.stderr
    (line,) = finished.stderr.strip().splitlines()
    return line


def test_a_corrupt_bundle_is_refused_before_anything_starts(two_clips, tmp_path):
    corrupt = tmp_path / "bundle"
    shutil.copytree(ROOT / "models" / "default", corrupt)
    model = corrupt / "model.onnx"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    reports = tmp_path / "reports"
    finished, _ = run_cerca("compare", "--clips", str(two_clips), "--bundle", str(corrupt), "--reports", str(reports))
    assert "model.onnx" in one_sentence(finished)
    assert not reports.exists()


def test_an_empty_folder_of_clips_is_one_sentence(tmp_path):
    finished, _ = run_cerca("compare", "--clips", str(tmp_path), "--reports", str(tmp_path / "reports"))
    assert "holds no clips" in one_sentence(finished)


def test_a_path_with_brackets_is_told_as_it_is(tmp_path):
    finished, _ = run_cerca("compare", "--clips", str(tmp_path / "[red]none"), "--reports", str(tmp_path / "reports"))
    assert "[red]none is not a folder" in one_sentence(finished)


def test_a_missing_browser_is_one_sentence(two_clips, tmp_path):
    reports = tmp_path / "reports"
    options = ["--clips", str(two_clips), "--reports", str(reports)]
    finished, _ = run_cerca("compare", *options, CERCA_CHROMIUM=str(tmp_path / "none"))
    assert "CERCA_CHROMIUM" in one_sentence(finished)
    assert not list(reports.glob("*"))
