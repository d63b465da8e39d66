"""The commands: what a person sees, and the exit code."""

import signal
import subprocess
import sys
import time

import pytest
import typer
from typer.testing import CliRunner

from recognizer import commands

app = typer.Typer()
for command in (commands.train, commands.evaluate, commands.bundle):
    app.command()(command)


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_sound_bundle_is_shown_with_its_hashes(written):
    result = run("bundle", written.folder)
    assert result.exit_code == 0
    assert written.model().sha256 in result.output.replace("\n", "")


def test_a_corrupt_bundle_gives_one_sentence_and_exit_code_2(written):
    (written.folder / "model.onnx").write_bytes(b"")
    result = run("bundle", written.folder)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1 and "model.onnx has 0 bytes" in result.output


def test_a_missing_dataset_gives_one_sentence_and_exit_code_2(tmp_path):
    result = run("train", "--data", tmp_path / "absent.npz", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.output.count("\n") == 1 and "absent.npz does not exist" in result.output
    assert not (tmp_path / "out").exists()


def test_training_and_scoring_from_the_command_line(toy_file, tmp_path):
    trained = run("train", "--data", toy_file, "--out", tmp_path / "toy", "--epochs", 1, "--no-signers")
    assert trained.exit_code == 0, trained.output
    scored = run("evaluate", "--data", toy_file, "--bundle", tmp_path / "toy", "--sessions", "all", "--frames", 30)
    assert scored.exit_code == 0
    assert "n 96, top-1" in scored.output


def test_scoring_against_another_vocabulary_is_refused(toy_file, written):
    result = run("evaluate", "--data", toy_file, "--bundle", written.folder)
    assert result.exit_code == 2 and "labels" in result.output


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_training_and_leaves_no_half_written_file(toy_file, tmp_path, number):
    out, weights = tmp_path / "toy", tmp_path / "weights.npz"
    program = "import typer; from recognizer import commands; typer.run(commands.train)"
    arguments = ["--data", toy_file, "--out", out, "--epochs", "100000", "--weights", weights]
    process = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not weights.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) != 0
    finally:
        process.kill()
    assert {path.name for path in tmp_path.iterdir()} == {"toy.npz", "weights.npz"}
