"""`cerca report` as a person calls it."""

import pytest
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


@pytest.fixture
def runs(tmp_path):
    for name, seed in (("a", 7), ("b", 7)):
        write_run(tmp_path / name, synthetic_run(clips=6, rounds=2, cold=1, seed=seed))
    return tmp_path


def limits(folder, text: str):
    (folder / "limits.toml").write_text(text)
    return str(folder / "limits.toml")


def test_several_runs_are_compared_into_a_folder_of_their_own(runs):
    outcome = call(str(runs / "a"), str(runs / "b"), "--out", str(runs / "both"))
    assert outcome.exit_code == 0
    assert "No difference from the first run is shown" in outcome.stdout
    assert {path.name for path in (runs / "both").iterdir()} == {"comparison.json", "index.html"}
    assert {path.name for path in (runs / "a").iterdir()} == {"samples.jsonl"}


def test_a_missed_limit_exits_1_and_is_named(runs):
    path = limits(runs, '[[threshold]]\nmetric = "warm.edge"\nat_most = 0.001\n')
    outcome = call(str(runs / "a"), "--ci", path)
    assert outcome.exit_code == 1
    assert "missed" in outcome.stdout and "warm.edge, median" in outcome.stdout
    assert (runs / "a" / "index.html").exists()


def test_kept_limits_and_those_that_cannot_be_told_exit_0_and_the_export_lies_beside_the_records(runs):
    path = limits(
        runs,
        '[[threshold]]\nmetric = "warm.edge"\nat_most = 1000\n'
        '[[threshold]]\nmetric = "warm.edge"\nstatistic = "p99"\nat_most = 0.001\n',
    )
    outcome = call(str(runs / "a"), "--ci", path, "--export", "csv")
    assert outcome.exit_code == 0
    assert "met" in outcome.stdout and "cannot tell" in outcome.stdout
    assert {"samples.csv", "steps.csv"} <= {path.name for path in (runs / "a").iterdir()}


def test_a_regression_fails_with_ci_alone(runs):
    slow = [
        record.model_copy(update={"ms": record.ms * 3}) if getattr(record, "step", "") == "classify" else record
        for record in synthetic_run(clips=12, rounds=6, cold=1)
    ]
    write_run(runs / "fast", synthetic_run(clips=12, rounds=6, cold=1))
    write_run(runs / "slow", slow)
    arguments = (str(runs / "fast"), str(runs / "slow"), "--out", str(runs / "both"))
    path = limits(runs, '[[threshold]]\nmetric = "warm.edge"\nat_most = 1000\n')
    assert call(*arguments).exit_code == 0
    outcome = call(*arguments, "--ci", path)
    assert outcome.exit_code == 1
    assert "regression" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a", "--export", "xlsx"), "choose csv or parquet"),
        (("a", "--out", "both"), "--out is for a comparison of several runs"),
        (("a", "b", "--export", "csv"), "--export is for one run"),
        (("a", "a"), "cannot be compared with itself"),
        (("a", "--ci", "nowhere.toml"), "give a file of thresholds"),
        (("a", "nowhere"), "cannot be read"),
    ],
)
def test_what_does_not_fit_exits_2_with_one_sentence(runs, monkeypatch, arguments, says):
    monkeypatch.chdir(runs)
    outcome = call(*arguments)
    assert outcome.exit_code == 2
    assert says in outcome.stderr
    assert outcome.stderr.strip().count("\n") == 0
    assert {path.name for path in (runs / "a").iterdir()} == {"samples.jsonl"}
