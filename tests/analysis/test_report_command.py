"""`cerca report` as a person calls it."""

import typer
from typer.testing import CliRunner

from analysis.commands import report
from tests.analysis.synthetic_run import synthetic_run, write_run

app = typer.Typer()
app.command()(report)


def call(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_it_writes_the_report_and_prints_what_it_says(tmp_path):
    write_run(tmp_path, synthetic_run(clips=6, rounds=2, cold=1))
    outcome = call(str(tmp_path))
    assert outcome.exit_code == 0
    assert (tmp_path / "index.html").exists() and (tmp_path / "report.json").exists()
    assert "the browser answers" in outcome.stdout
    assert "index.html" in outcome.stdout


def test_it_speaks_spanish(tmp_path):
    write_run(tmp_path, synthetic_run(clips=6, rounds=2, cold=1))
    outcome = call(str(tmp_path), "--language", "es")
    assert "Solo el modelo" in outcome.stdout


def test_a_folder_without_samples_exits_2_with_one_sentence(tmp_path):
    outcome = call(str(tmp_path / "nowhere"))
    assert outcome.exit_code == 2
    assert outcome.stderr.strip().count("\n") == 0
    assert "samples.jsonl cannot be read" in outcome.stderr


def test_a_malformed_file_exits_2_and_writes_nothing(tmp_path):
    (tmp_path / "samples.jsonl").write_text("{}\n")
    outcome = call(str(tmp_path))
    assert outcome.exit_code == 2
    assert "line 1" in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["samples.jsonl"]
