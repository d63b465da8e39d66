"""The commands as a person meets them: one sentence, the right exit code, nothing made without a yes."""

import json
import socket

import pytest
import typer
from moto import mock_aws
from typer.testing import CliRunner

from infra.deploy import commands
from infra.deploy.errors import SmokeFailed
from infra.deploy.smoke import predict

app = typer.Typer()
for command in (commands.deploy, commands.status, commands.destroy):
    app.command()(command)


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments, **more):
        record = [] if "--help" in arguments else ["--record", str(tmp_path / "deployment.json")]
        return CliRunner().invoke(app, [*arguments, *record], **more)

    return invoke


@pytest.fixture
def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_the_cost_is_shown_before_the_question_and_a_no_makes_nothing(run, tmp_path):
    with mock_aws():
        done = run("deploy", "--target", "aws", input="n\n")
    assert done.exit_code == 1
    assert done.output.index("USD") < done.output.index("Deploy cerca to aws")
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_prints_the_change_set_and_asks_nothing(run, tmp_path):
    with mock_aws():
        done = run("deploy", "--target", "aws", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "AWS::SageMaker::Endpoint" in done.output
    assert list(tmp_path.iterdir()) == []


def test_without_credentials_the_remedy_is_named(run, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    done = run("deploy", "--target", "aws", "--yes")
    assert done.exit_code == 2
    assert "aws configure" in done.output


def test_a_localstack_that_does_not_run_is_named(run, closed_port):
    address = f"http://127.0.0.1:{closed_port}"
    done = run("deploy", "--target", "localstack", "--localstack-url", address, "--sagemaker-url", "http://x", "--yes")
    assert done.exit_code == 2
    assert address in done.output.replace("\n", "")


def test_status_and_destroy_without_a_deployment_say_so(run):
    for command in (["status"], ["destroy", "--yes"]):
        done = run(*command)
        assert done.exit_code == 2
        assert "deploy first" in done.output.replace("\n", " ")


def test_destroy_removes_the_record_of_a_deployment_that_is_gone(run, tmp_path):
    record = tmp_path / "deployment.json"
    record.write_text(json.dumps({"target": "aws", "name": "cerca", "region": "us-east-1", "localstack_url": ""}))
    with mock_aws():
        done = run("destroy", "--yes")
    assert done.exit_code == 0, done.output
    assert "Nothing of cerca is left" in done.output
    assert not record.exists()


def test_status_of_a_stack_that_is_gone_is_a_failure(run, tmp_path):
    record = tmp_path / "deployment.json"
    record.write_text(json.dumps({"target": "aws", "name": "cerca", "region": "us-east-1", "localstack_url": ""}))
    with mock_aws():
        done = run("status")
    assert done.exit_code == 1
    assert "no stack" in done.output


def test_an_api_that_does_not_answer_fails_the_smoke_test(closed_port):
    with pytest.raises(SmokeFailed, match="answered no prediction"):
        predict(f"http://127.0.0.1:{closed_port}/", patience=0)
