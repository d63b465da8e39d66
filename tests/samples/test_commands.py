"""Bad input gives one sentence and exit code 2."""

import pytest
import typer
from typer.testing import CliRunner

from samples.render import commands

app = typer.Typer()
app.command()(commands.render)
app.command()(commands.check)


def refused(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 2, result.output
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stderr


def test_a_gloss_that_is_not_planned_is_refused_and_the_planned_ones_are_named():
    message = refused("render", "--gloss", "aardvark")
    assert "aardvark" in message
    assert "coffee" in message


def test_missing_takes_are_named(tmp_path):
    pytest.importorskip("cv2", reason="rendering needs the extra `render`")
    assert "takes.npz is missing" in refused("render", "--takes", tmp_path / "takes.npz", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    pytest.importorskip("mediapipe", reason="checking needs the extra `render`")
    assert "manifest.csv is missing" in refused("check", "--clips", tmp_path)


def test_a_manifest_with_other_columns_is_refused(tmp_path):
    pytest.importorskip("mediapipe", reason="checking needs the extra `render`")
    (tmp_path / "manifest.csv").write_text("clip,label\na.webm,hello\n")
    assert "has not the columns" in refused("check", "--clips", tmp_path)


def test_a_manifest_whose_line_does_not_fit_is_refused_with_its_number(tmp_path):
    pytest.importorskip("mediapipe", reason="checking needs the extra `render`")
    header = "clip,label,signer,width,height,fps,frames,seconds,take,session"
    (tmp_path / "manifest.csv").write_text(f"{header}\na.webm,hello,A,wide,480,25,48,1.92,1,R02\n")
    assert "line 2" in refused("check", "--clips", tmp_path)
