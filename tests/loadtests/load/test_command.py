"""`cerca loadtest`, as a person calls it."""

import json
import signal
import time

import pytest
from typer.testing import CliRunner

from analysis.records import EndRecord, LoadRecord, RequestRecord, RunRecord, read_records
from cerca.main import app
from infra.deploy.record import Deployment
from tests.e2e.processes import cerca, run_cerca, survivors


def refused(tmp_path, *arguments: str) -> str:
    """The sentence with which it is refused; nothing may be written."""
    result = CliRunner().invoke(app, ["loadtest", "--reports", str(tmp_path / "reports"), *arguments])
    assert result.exit_code == 2, result.output
    assert not (tmp_path / "reports").exists()
    return result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--target", "http://example.com/prod/predict", "--rate", "1"], "example.com is not loaded"),
        (["--target", "http://10.0.0.7/", "--rate", "1"], "10.0.0.7 is not loaded"),
        (["--target", "nowhere.json", "--rate", "1"], "nowhere.json does not exist"),
        ([], "Give either a rate"),
        (["--rate", "1", "--users", "1"], "Give either a rate"),
        (["--path", "edge", "--rate", "1"], "give --users for --path edge"),
        (["--path", "endpoint", "--target", "compose", "--rate", "1"], "compose has nothing for --path endpoint"),
        (["--users", "3", "--processes", "2"], "3 users do not divide among 2 processes"),
        (["--users", "2", "--ramp", "3"], "needs at least 3 users"),
    ],
)
def test_what_cannot_or_must_not_be_run_is_one_sentence(tmp_path, arguments, sentence):
    said = refused(tmp_path, *arguments)
    assert sentence in said and "Traceback" not in said


def test_a_deployment_is_loaded_at_a_rate_only(tmp_path):
    path = tmp_path / "deployment.json"
    api = "https://abc.execute-api.us-east-1.amazonaws.com/prod/predict"
    Deployment("aws", "cerca", "us-east-1", "", complete=True, api_url=api).write(path)
    assert "give --rate" in refused(tmp_path, "--target", str(path), "--users", "1")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"api_url": "https://example.com/"}))
    assert "names example.com" in refused(tmp_path, "--target", str(path), "--rate", "1")


def test_a_run_has_its_environment_its_load_and_every_request(tmp_path, keypoints_file):
    arguments = [
        "--path",
        "endpoint",
        "--rate",
        "40",
        "--duration",
        "2",
        "--ramp",
        "2",
        "--keypoints",
        str(keypoints_file),
    ]
    done, left = run_cerca("loadtest", *arguments, "--reports", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert not left
    (folder,) = tmp_path.iterdir()
    run, load, *requests, end = read_records(folder / "samples.jsonl")
    assert isinstance(run, RunRecord) and isinstance(load, LoadRecord) and isinstance(end, EndRecord)
    assert (run.settings["kind"], run.settings["target"], run.settings["rate"]) == ("loadtest", "local", 40)
    assert [stage.rate for stage in load.stages] == [20, 40]
    assert end.completed
    assert len(requests) == 60
    assert {(r.kind, r.load, r.status) for r in requests} == {("request", load.load, 200)}
    assert all({"queue", "decode", "inference", "encode"} <= r.server.keys() for r in requests)
    assert "40 x 200" in done.stdout and str(folder / "samples.jsonl") in done.stderr


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM]])
def test_an_interrupted_run_keeps_what_was_measured_and_is_marked(tmp_path, keypoints_file, signals):
    arguments = ["--path", "endpoint", "--rate", "50", "--duration", "60", "--keypoints", str(keypoints_file)]
    with cerca("loadtest", *arguments, "--reports", str(tmp_path)) as (process, mark):
        while not any(b'"request"' in path.read_bytes() for path in tmp_path.glob("*/samples.jsonl")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signals[0])
        _, errors = process.communicate(timeout=40)
        assert process.returncode == 130, errors
        assert not survivors(mark)
    (samples,) = tmp_path.glob("*/samples.jsonl")
    *_, request, end = read_records(samples)
    assert isinstance(request, RequestRecord) and isinstance(end, EndRecord) and not end.completed


def test_a_killed_command_leaves_no_process(tmp_path, keypoints_file):
    arguments = [
        "--path",
        "endpoint",
        "--rate",
        "50",
        "--duration",
        "60",
        "--processes",
        "2",
        "--reports",
        str(tmp_path),
    ]
    with cerca("loadtest", *arguments, "--keypoints", str(keypoints_file)) as (process, mark):
        while not any(b'"request"' in path.read_bytes() for path in tmp_path.glob("*/samples.jsonl")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.kill()
        assert not survivors(mark, grace_s=10)


def test_a_target_that_is_not_started_here_gets_one_request_before_its_load(tmp_path, keypoints_file, toy):
    arguments = ["--target", f"{toy.url}/prod/predict", "--rate", "10", "--duration", "1", "--reports", str(tmp_path)]
    done, left = run_cerca("loadtest", *arguments, "--keypoints", str(keypoints_file))
    assert done.returncode == 0, done.stderr
    assert not left
    assert len(toy.seen) == 1 + 10
