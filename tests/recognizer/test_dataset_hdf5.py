"""ConnectingPoints HDF5, as a dataset: the same people come out, and damage gets one sentence with its place."""

import sys

import h5py
import numpy as np
import pytest

from recognizer import datasets
from recognizer import keypoints as kp
from recognizer.datasets import apart, hdf5
from tests.recognizer.dataset_formats import GLOSSES, holds, is_read_or_refused_in_one_sentence, refusal


def mediapipe(person, points=543):
    """[frames, 2, points] as ConnectingPoints writes it: zeros for what is missing, the wrist for a missing hand."""
    written = np.zeros((len(person), points, 2))
    order = hdf5.ORDERS[points]
    written[:, order[: kp.NECK]] = np.nan_to_num(person[:, : kp.NECK])
    written[:, order[kp.LEFT_HAND]] = person[:, [kp.INDEX["left_wrist"]]]
    return np.moveaxis(written, 1, 2)


def write_hdf5(path, data, glosses=GLOSSES):
    with h5py.File(path, "w") as file:
        for row, (clip, gloss) in enumerate(zip(data, glosses, strict=True)):
            group = file.create_group(str(row))
            group["data"], group["label"], group["video_name"] = clip, gloss, f"video_{row}.mp4"
    return path


@pytest.fixture
def h5(tmp_path, people):
    return write_hdf5(tmp_path / "aec.hdf5", [mediapipe(person) for person in people])


@pytest.mark.parametrize("points", [543, 75, 53])
def test_hdf5_gives_the_54_points_and_no_hand_where_there_was_a_wrist(tmp_path, people, points):
    data = [mediapipe(person, points) for person in people]
    loaded = datasets.load(write_hdf5(tmp_path / "aec.hdf5", data))
    assert holds(loaded, people) and loaded.clip.tolist()[1] == "video_1.mp4 [1]"
    assert holds(datasets.load(write_hdf5(tmp_path / "aec.h5", [np.moveaxis(clip, 1, 2) for clip in data])), people)


def test_hdf5_reads_the_body_of_coco_wholebody(tmp_path):
    clip = np.linspace(0.1, 0.9, 2 * 133).reshape(1, 2, 133).repeat(4, 0)
    loaded = datasets.load(write_hdf5(tmp_path / "wp.hdf5", [clip, clip], ("a", "b")))
    picked = [loaded.clips[0][0, kp.INDEX[name], 0] for name in ("nose", "left_ear", "right_wrist", "left_hand_0")]
    np.testing.assert_allclose(picked, clip[0, 0, [0, 3, 10, 91]], rtol=1e-6)
    assert loaded.clips[0][0, kp.INDEX["right_hand_20"], 1] == pytest.approx(clip[0, 1, 132])


def test_hdf5_groups_come_in_the_order_of_their_numbers(tmp_path, people):
    path = write_hdf5(tmp_path / "many.hdf5", [mediapipe(people[0])] * 12, [f"sign {i}" for i in range(12)])
    assert [name.split()[1] for name in datasets.load(path).clip] == [f"[{i}]" for i in range(12)]


def change(path, act):
    with h5py.File(path, "r+") as file:
        act(file)
    return path


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda file: file["1"].__delitem__("label"), "group 1 has no label"),
        (lambda file: file["1"].__delitem__("data"), "group 1 has no data"),
        (lambda file: file.create_dataset("notes", data=[1]), "notes"),
        (lambda file: file.__setitem__("3", h5py.SoftLink("/0")), "group 3 is a link"),
        (lambda file: file.__setitem__("3", h5py.ExternalLink("/etc/passwd", "/")), "group 3 is a link"),
    ],
)
def test_a_group_that_is_not_a_clip_is_named(h5, act, said):
    assert said in refusal(change(h5, act))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("data", np.zeros((4, 2, 60)), r"group 1 (video_1.mp4) has data"),
        ("data", np.zeros((4, 543)), "has data"),
        ("data", np.zeros((0, 2, 543)), "0 frames"),
        ("data", np.zeros((10_000, 2, 53)), "10000 frames"),
        ("data", np.zeros((4, 2, 543), dtype="S3"), "has data"),
        ("label", 7, "no string"),
        ("label", np.array(["a", "b"], dtype="S1"), "no string"),
        ("label", h5py.SoftLink("/0/label"), "elsewhere"),
        ("data", h5py.ExternalLink("other.hdf5", "/0/data"), "elsewhere"),
    ],
)
def test_a_field_that_does_not_fit_is_named(h5, field, value, said):
    def replaced(file):
        del file["1"][field]
        file["1"][field] = value

    assert said in refusal(change(h5, replaced))


def test_data_kept_in_another_file_is_not_read(h5, tmp_path):
    (tmp_path / "raw").write_bytes(bytes(4 * 2 * 53 * 8))

    def outside(file):
        del file["1"]["data"]
        file["1"].create_dataset("data", (4, 2, 53), "f8", external=[(str(tmp_path / "raw"), 0, h5py.h5f.UNLIMITED)])

    assert "elsewhere" in refusal(change(h5, outside))


def test_references_are_not_followed(h5):
    def reference(file):
        del file["1"]["label"]
        file["1"].create_dataset("label", data=file["0"].ref, dtype=h5py.ref_dtype)

    assert "no string" in refusal(change(h5, reference))


def test_hdf5_without_a_label_is_left_out_and_named(tmp_path, people):
    path = write_hdf5(tmp_path / "aec.hdf5", [mediapipe(person) for person in people], ("a", "", "b"))
    loaded = datasets.load(path)
    assert len(loaded) == 2 and any("video_1.mp4" in note for note in loaded.notes)


def test_an_empty_or_foreign_hdf5_is_refused(tmp_path):
    path = tmp_path / "x.hdf5"
    h5py.File(path, "w").close()
    assert "no group" in refusal(path)
    path.write_text("not hdf5")
    refusal(path)
    refusal(tmp_path / "absent.hdf5")


def test_without_its_package_hdf5_says_what_to_install(h5, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert "package h5py" in refusal(h5)


def test_hdf5_cut_or_changed_anywhere_is_read_or_refused(h5):
    assert is_read_or_refused_in_one_sentence(h5, h5, 3, times=8)


def test_hdf5_that_the_library_does_not_get_through_is_refused(h5, monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE_S", 0.01)
    assert "does not come to its end" in refusal(h5)


def test_hdf5_that_crashes_the_library_is_refused(h5, monkeypatch):
    monkeypatch.setattr(apart, "PROGRAM", "import os; os.abort()")
    assert "crashes" in refusal(h5)
