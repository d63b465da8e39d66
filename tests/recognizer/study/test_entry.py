"""One run under SageMaker's folder contract: what it reads, what it leaves, what it says when it cannot."""

import json

import pytest

from recognizer import weights
from recognizer.spoter import Architecture, Spoter
from recognizer.study import data, entry
from recognizer.study.plan import Options, Run, plan, quick
from recognizer.study.store import RESULT, WEIGHTS


@pytest.fixture
def runs() -> dict[str, Run]:
    return {run.name: run for run in plan(quick(Options("signer", ("S2",))), ["signer"])}


@pytest.fixture
def lay_out(tmp_path, toy):
    """The folder of a run, as SageMaker makes it."""

    def make(run: Run, teacher: str | None = None):
        digest = data.keep(toy, tmp_path / entry.DATA)
        path = tmp_path / entry.HYPERPARAMETERS
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(entry.hyperparameters(run, digest, teacher)))
        return tmp_path

    return make


def result(prefix) -> dict:
    return json.loads((prefix / entry.MODEL / RESULT).read_text())


def test_a_run_leaves_its_result_its_weights_and_no_failure(lay_out, runs, capsys):
    run = runs["1C-128FF-without-order"]
    prefix = lay_out(run)
    assert entry.main(["--prefix", str(prefix), "train"]) == 0
    left = result(prefix)
    assert left["run"] == run.as_dict()
    assert left["clips"]["test"] == len(left["files"][0]["ranks"]) == 48
    assert len(left["epochs"]) == 2 and left["peak_rss_bytes"] > 1e6
    assert weights.load(prefix / entry.MODEL / WEIGHTS).arch.phase_waves == 0
    assert not (prefix / entry.FAILURE).exists()
    assert "epoch 2/2 loss" in capsys.readouterr().out


def test_a_student_is_taught_by_the_weights_it_is_given(lay_out, runs, tmp_path, monkeypatch):
    monkeypatch.setattr("recognizer.study.work.model_files", lambda model, train, names: {})
    run = runs["1C-2FF-taught-0.5"]
    prefix = lay_out(run, teacher="1C-128FF")
    assert entry.main(["--prefix", str(prefix)]) == 1
    assert "teacher" in (prefix / entry.FAILURE).read_text()
    (tmp_path / entry.TEACHER).parent.mkdir(parents=True)
    weights.save(Spoter(Architecture(classes=2)), tmp_path / entry.TEACHER)
    assert entry.main(["--prefix", str(prefix)]) == 0
    assert result(prefix)["teacher"] == "1C-128FF"


def test_every_hyperparameter_is_a_text_that_sagemaker_takes(runs):
    for run in runs.values():
        for name, value in entry.hyperparameters(run, "a" * 64, None).items():
            assert isinstance(value, str) and len(value) <= 2500 and len(name) <= 256


def test_other_data_than_the_study_s_is_refused(lay_out, runs, toy):
    prefix = lay_out(runs["1C-128FF-without-order"])
    (prefix / entry.DATA).unlink()
    data.keep(toy.every(2), prefix / entry.DATA)
    assert entry.main(["--prefix", str(prefix)]) == 1
    assert "other data" in (prefix / entry.FAILURE).read_text()
    assert not (prefix / entry.MODEL / RESULT).exists()


@pytest.mark.parametrize("damage", ["missing", "truncated", "text"])
def test_damaged_data_is_a_sentence_in_the_failure_file(lay_out, runs, damage):
    prefix = lay_out(runs["1C-128FF-without-order"])
    path = prefix / entry.DATA
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[:1000] if damage == "truncated" else b"text")
    assert entry.main(["--prefix", str(prefix)]) == 1
    sentence = (prefix / entry.FAILURE).read_text()
    assert "data.npz" in sentence and "\n" not in sentence


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"id": "no json"}', '{"id": "1", "data_sha256": "1"}'])
def test_a_spec_that_is_none_is_a_sentence_in_the_failure_file(tmp_path, content):
    path = tmp_path / entry.HYPERPARAMETERS
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_text(content)
    assert entry.main(["--prefix", str(tmp_path)]) == 1
    assert "cerca study" in (tmp_path / entry.FAILURE).read_text()


def test_a_diverging_run_says_so(lay_out, runs):
    run = runs["1C-128FF-without-order"]
    wild = Run.from_dict(run.as_dict() | {"settings": run.settings | {"learning_rate": 1e30, "epochs": 4}})
    prefix = lay_out(wild)
    assert entry.main(["--prefix", str(prefix)]) == 1
    assert "no longer a number" in (prefix / entry.FAILURE).read_text()
