"""Forced cold starts against stubs of AWS's calls (their shapes are botocore's own) and a real HTTP server."""

import base64
import io
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from rich.console import Console
from typer.testing import CliRunner

from analysis import read_records
from analysis.records import FailureRecord, StepRecord
from cerca.main import app
from infra.deploy.errors import DeployError
from infra.deploy.record import Deployment
from infra.deploy.settings import Settings
from loadtests.coldstart.deployed import VARIABLE, Deployed

BEFORE = {"CERCA_ENDPOINT_NAME": "cerca"}


@pytest.fixture
def api():
    """Answers predictions; `refuse` makes it answer 503."""

    class Handler(BaseHTTPRequestHandler):
        refuse = False
        asked = 0

        def do_POST(self):
            Handler.asked += 1
            self.rfile.read(int(self.headers["content-length"]))
            body = b'{"top": []}'
            self.send_response(503 if Handler.refuse else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    Handler.url = f"http://127.0.0.1:{server.server_port}/prod/predict"
    yield Handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def function():
    client = boto3.client("lambda", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def expect_look(stub, variables):
    found = {"Environment": {"Variables": variables}} if variables else {}
    stub.add_response("get_function_configuration", found, {"FunctionName": "cerca"})


def expect_change(stub, variables, **change):
    wanted = {"FunctionName": "cerca", "Environment": {"Variables": variables | change}}
    stub.add_response("update_function_configuration", {}, wanted)
    done = {"Configuration": {"LastUpdateStatus": "Successful"}}
    stub.add_response("get_function", done, {"FunctionName": "cerca"})


def expect_invocation(stub, report):
    log = base64.b64encode(f"REPORT RequestId: x\tDuration: 3.10 ms\t{report}".encode()).decode()
    answer = {"StatusCode": 200, "LogResult": log, "Payload": StreamingBody(io.BytesIO(b"{}"), 2)}
    stub.add_response("invoke", answer, {"FunctionName": "cerca", "LogType": "Tail", "Payload": ANY})


def deployed(api, function, sleep=lambda _: None):
    deployment = Deployment("aws", "cerca", "us-east-1", "", True, api.url)
    return Deployed(deployment, Settings("aws"), lambda _: function[0], 1, 15, sleep)


def test_a_run_forces_three_cold_starts_and_puts_the_function_back(tmp_path, api, function):
    slept = []
    stub = function[1]
    expect_look(stub, BEFORE)
    expect_change(stub, BEFORE, **{VARIABLE: "cold-0-none-init"})
    expect_invocation(stub, "Init Duration: 123.45 ms")
    expect_change(stub, BEFORE, **{VARIABLE: "cold-0-none-request"})
    expect_change(stub, BEFORE, **{VARIABLE: "cold-1-none-endpoint"})
    expect_change(stub, BEFORE)
    assert deployed(api, function, slept.append).measure(tmp_path, Console(quiet=True)) == 0
    assert slept == [15 * 60] and api.asked == 2
    steps = [record for record in read_records(tmp_path / "samples.jsonl") if isinstance(record, StepRecord)]
    assert [step.step for step in steps] == ["lambda_init", "round_trip", "round_trip"]
    assert {step.phase for step in steps} == {"cold"}
    assert steps[0].ms == 123.45


def test_a_start_that_was_not_cold_and_a_refused_request_are_failures(tmp_path, api, function):
    api.refuse = True
    stub = function[1]
    expect_look(stub, {})
    expect_change(stub, {}, **{VARIABLE: "cold-0-none-init"})
    expect_invocation(stub, "Memory Size: 512 MB")
    expect_change(stub, {}, **{VARIABLE: "cold-0-none-request"})
    expect_change(stub, {}, **{VARIABLE: "cold-1-none-endpoint"})
    expect_change(stub, {})
    assert deployed(api, function).measure(tmp_path, Console(quiet=True)) == 3
    failures = [record for record in read_records(tmp_path / "samples.jsonl") if isinstance(record, FailureRecord)]
    assert [failure.code for failure in failures] == ["not_cold", "api_refused", "api_refused"]


def test_an_interrupted_run_puts_the_function_back_and_marks_its_records(tmp_path, api, function):
    def interrupt(_):
        raise KeyboardInterrupt

    stub = function[1]
    expect_look(stub, BEFORE)
    expect_change(stub, BEFORE, **{VARIABLE: "cold-0-none-init"})
    expect_invocation(stub, "Init Duration: 100.00 ms")
    expect_change(stub, BEFORE, **{VARIABLE: "cold-0-none-request"})
    expect_change(stub, BEFORE)
    with pytest.raises(KeyboardInterrupt):
        deployed(api, function, interrupt).measure(tmp_path, Console(quiet=True))
    *_, last = read_records(tmp_path / "samples.jsonl")
    assert last.kind == "end" and not last.completed


def test_a_refused_call_is_one_sentence(tmp_path, api, function):
    function[1].add_client_error("get_function_configuration", "ResourceNotFoundException", "no such function")
    with pytest.raises(DeployError, match="no such function"):
        deployed(api, function).measure(tmp_path, Console(quiet=True))


def test_what_it_would_cost_is_said_before_anything_is_done(tmp_path, api, monkeypatch):
    record = tmp_path / "deployment.json"
    Deployment("aws", "cerca", "us-east-1", "", True, api.url).write(record)
    monkeypatch.setattr(Deployed, "measure", lambda *_: pytest.fail("nobody agreed"))
    arguments = ["coldstart", "--target", str(record), "--runs", "20", "--reports", str(tmp_path / "reports")]
    said = CliRunner().invoke(app, arguments, input="n\n")
    assert said.exit_code == 2
    assert "60 predictions" in said.output and "USD" in said.output and "hours" in said.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("content", [None, "{", json.dumps(Deployment("aws", "cerca", "us-east-1", "").__dict__)])
def test_what_is_no_finished_deployment_is_refused_with_a_sentence(tmp_path, content):
    record = tmp_path / "deployment.json"
    if content is not None:
        record.write_text(content)
    said = CliRunner().invoke(app, ["coldstart", "--target", str(record), "--reports", str(tmp_path / "reports")])
    assert said.exit_code == 2
    assert "deployment.json" in said.output.replace("\n", "")
