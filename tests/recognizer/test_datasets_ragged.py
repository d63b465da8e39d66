"""The npz that the tools exchange: what is written is what is read; what is damaged gets one sentence."""

import json
from dataclasses import replace

import numpy as np
import pytest

from recognizer import datasets
from recognizer.datasets import ragged
from recognizer.errors import DatasetError
from tests.recognizer.dataset_formats import refusal

SOURCE = json.dumps({"engine": "test", "version": "1"})


@pytest.fixture
def clips(signer):
    """Four clips of different lengths, of two classes, the last one without a label."""
    lengths = (1, 4, 7, 300)
    return datasets.Dataset(
        name="mine",
        clips=tuple(signer(frames) for frames in lengths),
        label=np.array([0, 1, 1, -1]),
        labels=("hello", "thank-you"),
        signer=np.array(["S1", "S2", "", "S1"]),
        session=np.array(["R1", "", "", "R2"]),
        clip=np.array(["a.mp4", "b.mp4", "c.mp4", "d.mp4"]),
        fps=np.array([15.0, 30.0, np.nan, 7.5]),
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.npz"


def test_what_is_written_is_what_is_read(clips, path):
    datasets.save_ragged(clips, path, SOURCE)
    read = ragged.load(path)
    for wrote, got in zip(clips.clips, read.clips, strict=True):
        np.testing.assert_array_equal(wrote, got)
    for field in ("label", "signer", "session", "clip", "fps"):
        np.testing.assert_array_equal(getattr(clips, field), getattr(read, field))
    assert read.labels == clips.labels and json.loads(read.source) == json.loads(SOURCE)


def test_a_clip_without_a_label_is_left_out_and_named(clips, path):
    datasets.save_ragged(clips, path, SOURCE)
    loaded = datasets.load(path)
    assert loaded.clip.tolist() == ["a.mp4", "b.mp4", "c.mp4"]
    assert any("No label" in note and "d.mp4" in note for note in loaded.notes)


def test_one_frame_is_kept_and_said(clips, path):
    datasets.save_ragged(clips, path, SOURCE)
    assert any("One frame" in note and "a.mp4" in note for note in datasets.load(path).notes)


def test_a_clip_that_shows_nobody_is_left_out_and_named(clips, path):
    nobody = np.full((5, 54, 2), np.nan, dtype=np.float32)
    datasets.save_ragged(replace(clips, clips=(clips.clips[0], nobody, *clips.clips[2:])), path, SOURCE)
    loaded = datasets.load(path)
    assert "b.mp4" not in loaded.clip
    assert any("Nobody" in note and "b.mp4" in note for note in loaded.notes)


def test_a_dataset_that_shows_nobody_at_all_is_refused(clips, path):
    nobody = tuple(np.full((5, 54, 2), np.nan, dtype=np.float32) for _ in clips.clips)
    datasets.save_ragged(replace(clips, clips=nobody), path, SOURCE)
    assert "no clip" in refusal(path)


def test_a_clip_too_long_for_the_model_is_thinned_and_said(clips, signer, path):
    long = replace(clips, clips=(*clips.clips[:2], signer(901), signer(300)), label=np.array([0, 1, 1, 0]))
    datasets.save_ragged(long, path, SOURCE)
    loaded = datasets.load(path)
    assert loaded.frames.tolist() == [1, 4, 226, 300] and loaded.fps[3] == 7.5
    np.testing.assert_array_equal(loaded.clips[2], long.clips[2][::4])
    assert any("Thinned" in note and "c.mp4" in note and "d.mp4" not in note for note in loaded.notes)


def test_ten_thousand_frames_are_refused_by_name(clips, signer, path):
    datasets.save_ragged(replace(clips, clips=(*clips.clips[:3], signer(10_000))), path, SOURCE)
    assert "d.mp4 has 10000 frames" in refusal(path)


def test_pixels_are_refused_by_name(clips, path):
    datasets.save_ragged(replace(clips, clips=(*clips.clips[:3], clips.clips[3] * 640)), path, SOURCE)
    assert "d.mp4 has coordinates" in refusal(path)


def test_infinite_coordinates_are_refused_by_name(clips, path):
    endless = clips.clips[1].copy()
    endless[2, 3, 0] = np.inf
    datasets.save_ragged(replace(clips, clips=(clips.clips[0], endless, *clips.clips[2:])), path, SOURCE)
    assert "b.mp4 has infinite" in refusal(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"frames": np.array([1, 4, 7, 299])},
        {"frames": np.array([0, 5, 7, 300])},
        {"frames": np.array([1.0, 4, 7, 300])},
        {"label": np.array([0, 1, 2, 0])},
        {"label": np.array([0, 1, -2, 0])},
        {"signer": np.array(["S1"])},
        {"signer": np.array([1, 2, 3, 4])},
        {"labels": np.array([["hello", "thank-you"]])},
        {"source": np.array(["a", "b"])},
        {"keypoints": np.zeros((312, 53, 2), dtype=np.float32)},
        {"keypoints": np.zeros((312, 54, 2), dtype=int)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(clips, path, changes):
    datasets.save_ragged(clips, path, SOURCE)
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **(arrays | changes))
    refusal(path)


@pytest.mark.parametrize("field", ragged.FIELDS)
def test_a_missing_array_is_named(clips, path, field):
    datasets.save_ragged(clips, path, SOURCE)
    with np.load(path) as archive:
        arrays = {name: value for name, value in archive.items() if name != field}
    np.savez(path, **arrays)
    refusal(path)


def test_a_file_cut_or_changed_anywhere_is_read_whole_or_refused(clips, path):
    datasets.save_ragged(clips, path, SOURCE)
    whole, truth = path.read_bytes(), datasets.load(path)
    rng = np.random.default_rng(0)
    for end in rng.integers(0, len(whole), 40):
        path.write_bytes(whole[:end])
        refusal(path)
    for at in rng.integers(0, len(whole), 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            assert len(datasets.load(path)) == len(truth)
        except DatasetError as error:
            assert str(path) in str(error) and "\n" not in str(error)


def test_an_interrupted_write_leaves_the_old_file(clips, path, monkeypatch):
    datasets.save_ragged(clips, path, SOURCE)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        datasets.save_ragged(clips.subset(np.array([0])), path, SOURCE)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]
