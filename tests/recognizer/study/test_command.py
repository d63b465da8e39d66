"""`cerca study` as a person runs it, with real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from recognizer.study import commands
from recognizer.study.store import RESULT

ROOT = Path(__file__).parents[3]
app = typer.Typer()
app.command()(commands.study)


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def unfinished(folder):
    return [path.name for path in (folder / "runs").glob(".*")]


@pytest.mark.slow
def test_a_quick_study_trains_compares_and_reports(toy_file, tmp_path):
    out = tmp_path / "study"
    options = ("--data", toy_file, "--out", out, "--split", "signer", "--held-out", "S2", "--quick", "--lang", "es")
    done = run(*options)
    assert done.exit_code == 0, done.output
    study = json.loads((out / "study.json").read_text())
    assert {row["part"] for row in study["rows"]} == {"variants", "distillation", "ablation"}
    assert study["clips"] == 48 and not study["failed"]
    assert [pair["second"] for pair in study["recipes"]] == ["1C-128FF"]
    assert study["distilled"][0]["n"] == study["ablated"][0]["n"] == 48
    best = next(row for row in study["rows"] if row["name"] == study["best"])
    assert best["files"][0]["speed"][0]["runtime"] == "native"
    assert '<html lang="es">' in (out / "index.html").read_text()
    assert unfinished(out) == []

    written = {path: path.stat().st_mtime_ns for path in out.rglob(RESULT)}
    again = run(*options)
    assert again.exit_code == 0, again.output
    assert {path: path.stat().st_mtime_ns for path in out.rglob(RESULT)} == written

    other = run(*options, "--epochs", 3)
    assert other.exit_code == 2 and "other settings" in other.output


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process_and_leaves_no_half_run(toy_file, tmp_path, number):
    out = tmp_path / "study"
    program = "from cerca.main import main; main()"
    arguments = ["study", "--data", toy_file, "--out", out, "--epochs", "100000", "--patience", "100000", "--jobs", "2"]
    process = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE)
    try:
        logs = ()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and sum("epoch 1/" in log.read_text() for log in logs) < 2:
            time.sleep(0.1)
            logs = list(out.glob("runs/.*/model/log.txt"))
        children = [pid for pid in os.listdir("/proc") if pid.isdigit() and str(out) in _command(pid)]
        assert len(children) == 3
        process.send_signal(number)
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert b"0 of" in printed and unfinished(out) == []
    assert not any(str(out) in _command(pid) for pid in children)


def _command(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""


def test_a_run_whose_study_is_gone_ends_by_itself(toy_file, tmp_path):
    from recognizer import datasets
    from recognizer.study import data, entry
    from recognizer.study.plan import Options, plan

    digest = data.keep(datasets.load(toy_file), tmp_path / "run" / entry.DATA)
    spec = entry.hyperparameters(plan(Options("random"), ["random"])[0], digest, None)
    path = tmp_path / "run" / entry.HYPERPARAMETERS
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(spec))
    command = [sys.executable, "-m", "recognizer.study.entry", "--prefix", tmp_path / "run", "--parent", "1"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "is gone" in done.stderr
    assert done.stdout.count("epoch") == 1


def test_every_option_is_documented():
    options = {option for parameter in get_command(app).params for option in parameter.opts}
    text = (ROOT / "docs" / "study.md").read_text()
    missing = {option for option in options if f"`{option}`" not in text}
    assert missing <= {"--install-completion", "--show-completion", "--help", "--ablation"}


def test_a_dry_run_lists_the_runs_and_does_nothing(toy_file, tmp_path):
    listed = run("--data", toy_file, "--out", tmp_path / "study", "--dry-run")
    assert listed.exit_code == 0 and "30 runs" in listed.output and "1C-2FF-taught-0.25" in listed.output
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--variants", "2C"), "'2C' is no variant"),
        (("--split", "signer"), "--held-out"),
        (("--split", "session", "--held-out", "R77"), "R77"),
        (("--backend", "sagemaker"), "--role"),
    ],
)
def test_what_cannot_be_studied_is_one_sentence_and_exit_code_2(toy_file, tmp_path, options, said):
    refused = run("--data", toy_file, "--out", tmp_path / "study", *options)
    assert refused.exit_code == 2 and said in refused.output.splitlines()[-1]
    assert not (tmp_path / "study").exists()


def test_a_folder_that_holds_something_else_is_left_alone(toy_file, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    refused = run("--data", toy_file, "--out", tmp_path)
    assert refused.exit_code == 2 and "something else" in refused.output
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "toy.npz"}


def test_nothing_is_submitted_without_a_yes(toy_file, tmp_path, monkeypatch):
    monkeypatch.setattr("recognizer.study.sagemaker.backend.SageMaker.start", lambda *_: pytest.fail("submitted"))
    place = (
        "--role",
        "arn:aws:iam::123456789012:role/r",
        "--image",
        "1.dkr.ecr.aws/cerca:1",
        "--bucket",
        "s3://bucket",
    )
    arguments = ("--data", toy_file, "--out", tmp_path / "study", "--backend", "sagemaker", *place)
    refused = CliRunner().invoke(app, [str(word) for word in arguments], input="n\n")
    assert refused.exit_code == 2 and "30 training jobs" in refused.output and "USD" in refused.output
