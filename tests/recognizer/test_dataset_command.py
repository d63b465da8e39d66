"""`cerca dataset` and scoring other people's clips: what a person sees, and the exit code."""

from dataclasses import replace

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from recognizer import bundle_writer, commands, datasets, describe
from recognizer.errors import DatasetError

app = typer.Typer()
for command in (commands.dataset, commands.evaluate):
    app.command()(command)


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result, " ".join(result.output.split())


@pytest.fixture
def mine(toy, tmp_path):
    """The toy people, with an unlabelled clip and one class of a single clip."""
    label = toy.label.copy()
    label[0], label[1] = -1, 2
    path = tmp_path / "mine.npz"
    datasets.save_ragged(replace(toy, label=label, labels=("rise", "fall", "wave")), path, '{"engine": "toy"}')
    return path


def test_a_dataset_is_counted_and_its_problems_named(mine):
    result, said = run("dataset", mine)
    assert result.exit_code == 0, said
    assert "mine: 95 clips, 3 classes, 2 signers, 4 sessions" in said
    assert "12 to 12 frames a clip, median 12, 15 to 15 frames a second" in said
    assert "left hand 100.0%, right hand 0.0%" in said and '{"engine": "toy"}' in said
    assert "No label, so left out: toy-0." in said and "single clip" in said and "wave" in said


def test_a_damaged_dataset_gives_one_sentence_and_exit_code_2(mine):
    mine.write_bytes(mine.read_bytes()[:-99])
    result, said = run("dataset", mine)
    assert result.exit_code == 2 and result.output.count("\n") == 1 and "cannot be read" in said


def test_missing_hands_are_shares_of_all_frames(toy):
    clip = toy.clips[0].copy()
    clip[:6] = np.nan
    contents = describe.describe(replace(toy, clips=(clip, *toy.clips[1:])).subset(np.array([0, 1])))
    assert contents.missing == {"body": 0.25, "left hand": 1.0, "right hand": 0.25, "both hands": 0.25}


def test_what_stands_in_the_way_of_a_fair_test_is_a_problem(toy):
    unknown = replace(toy, session=np.full(96, ""), labels=("rise", "fall", "never"))
    twice = unknown.subset(np.repeat(np.arange(48), 2))
    problems = " ".join(describe.describe(twice).problems)
    for said in ("without a clip: never", "do not say their session", "near-duplicate"):
        assert said in problems
    alone = replace(toy, label=(toy.signer == "S2").astype(int))
    assert any("Classes of one signer" in problem for problem in describe.describe(alone).problems)


def test_labels_are_matched_however_they_are_spelt(toy):
    spelt = replace(toy, labels=("Thank_You", "other"))
    matched = spelt.relabelled(("no", "thank-you"))
    assert set(matched.label) == {1} and matched.labels == ("no", "thank-you")
    assert matched.clip.tolist() == toy.clip[toy.label == 0].tolist()
    assert any("48 clips" in note and "other" in note for note in matched.notes)
    with pytest.raises(DatasetError, match="no label in common"):
        spelt.relabelled(("yes", "no"))


def test_clips_of_unknown_labels_are_left_out_of_a_score_and_counted(toy, tmp_path, model_files, random_model):
    bundle = bundle_writer.write(
        tmp_path / "other",
        arch=random_model.arch,
        labels=("fall", "new", "rise"),
        models=model_files,
        provenance={},
        training={},
        accuracy=[],
    )
    path = tmp_path / "toy.npz"
    datasets.save_ragged(replace(toy, labels=("Rise", "jump")), path, "{}")
    result, said = run("evaluate", "--data", path, "--bundle", bundle.folder)
    assert result.exit_code == 0, said
    assert "n 48, top-1" in said and "48 clips of labels that the model does not know" in said and "jump" in said
    assert "all clips are scored" in said


def test_only_the_named_sessions_are_scored(toy, tmp_path, model_files, random_model):
    labels = ("rise", "fall", "new")
    bundle = bundle_writer.write(
        tmp_path / "b",
        arch=random_model.arch,
        labels=labels,
        models=model_files,
        provenance={},
        training={},
        accuracy=[],
    )
    path = tmp_path / "toy.npz"
    datasets.save_ragged(toy, path, "{}")
    result, said = run("evaluate", "--data", path, "--bundle", bundle.folder, "--sessions", "R0,R3")
    assert result.exit_code == 0 and "n 48, top-1" in said
    result, said = run("evaluate", "--data", path, "--bundle", bundle.folder, "--sessions", "R9")
    assert result.exit_code == 2 and "no session R9" in said
