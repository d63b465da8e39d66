"""SPOTER CSV, as a dataset: the same people come out, and damage gets one sentence with its place."""

import csv

import numpy as np
import pytest

from recognizer import datasets
from recognizer import keypoints as kp
from recognizer.datasets import spoter_csv
from tests.recognizer.dataset_formats import GLOSSES, holds, is_read_or_refused_in_one_sentence, refusal

BODY = {"nose": "nose", "neck": "neck"} | {
    f"{side}_{part}": f"{side}{part.capitalize()}"
    for side in ("left", "right")
    for part in ("eye", "ear", "shoulder", "elbow", "wrist")
}


def columns(hands=("left", "right")):
    """Our name -> the published one."""
    named = {
        f"{side}_hand_{index}": f"{point}_{hand}"
        for side, hand in zip(("left", "right"), hands, strict=True)
        for index, point in enumerate(spoter_csv.HAND)
    }
    return BODY | named


def write_csv(path, people, glosses=GLOSSES, names=None, extra=None, y_up=False):
    names = columns() if names is None else names
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"{name}_{axis}" for name in names.values() for axis in "XY"), "labels", *(extra or {})])
        for row, (person, gloss) in enumerate(zip(people, glosses, strict=True)):
            y = 1 - person[..., 1] if y_up else person[..., 1]
            axes = {"X": np.nan_to_num(person[..., 0]), "Y": np.nan_to_num(y)}
            lists = [axes[axis][:, kp.INDEX[name]].astype(float).tolist() for name in names for axis in "XY"]
            writer.writerow([*lists, gloss, *(values[row] for values in (extra or {}).values())])
    return path


def test_csv_gives_the_54_points(tmp_path, people):
    extra = {"video_fps": (25, 30.0, ""), "signer": ("S1", "S2", "S1")}
    loaded = datasets.load(write_csv(tmp_path / "wlasl.csv", people, extra=extra))
    assert holds(loaded, people) and len(loaded.notes) == 1 and "left_hand_0" in loaded.notes[0]
    np.testing.assert_array_equal(loaded.fps, [25, 30, np.nan])
    assert loaded.signer.tolist() == ["S1", "S2", "S1"] and loaded.clip[2] == "wlasl, line 4"


def test_csv_calls_the_hands_0_and_1_or_left_and_right(tmp_path, people):
    for hands in (("0", "1"), ("Left", "Right")):
        assert holds(datasets.load(write_csv(tmp_path / "lsa.csv", people, names=columns(hands))), people)


def test_csv_with_y_upwards_is_turned_round_and_says_so(tmp_path, people):
    loaded = datasets.load(write_csv(tmp_path / "vision.csv", people, y_up=True))
    assert holds(loaded, people) and any("y pointed up" in note for note in loaded.notes)


def test_csv_without_neck_or_ears_fills_the_one_and_names_the_others(tmp_path, people):
    names = {ours: theirs for ours, theirs in columns().items() if "ear" not in ours and ours != "neck"}
    loaded = datasets.load(write_csv(tmp_path / "less.csv", people, names=names))
    np.testing.assert_allclose(loaded.clips[0][:, kp.NECK], people[0][:, kp.NECK], atol=1e-6)
    assert any("left_ear, right_ear" in note for note in loaded.notes)


def spoilt(path, row, column, text):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    rows[row][rows[0].index(column)] = text
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize(
    "text",
    ["", "[0.1, 0.2", "[[0.1], [0.2]]", "['a', 'b', 'c', 'd', 'e']", "__import__('os').abort()", "3", "[" * 9000],
)
def test_a_csv_cell_that_is_no_list_of_numbers_is_named(tmp_path, people, text):
    path = spoilt(write_csv(tmp_path / "bad.csv", people), 2, "leftEye_Y", text)
    assert "line 3: leftEye_Y is no list" in refusal(path)


@pytest.mark.parametrize("text", ["[]", "[0.1, 0.2]"])
def test_csv_lists_of_different_lengths_name_the_line(tmp_path, people, text):
    assert "line 3 has lists of" in refusal(spoilt(write_csv(tmp_path / "bad.csv", people), 2, "nose_X", text))


def test_csv_without_a_label_is_left_out_and_named(tmp_path, people):
    loaded = datasets.load(write_csv(tmp_path / "some.csv", people, ("a", " ", "b")))
    assert len(loaded) == 2 and any("line 3" in note for note in loaded.notes)


def test_ten_thousand_frames_in_a_csv_are_refused_by_line(tmp_path, signer):
    long = np.round(signer(10_000), 2)
    assert "line 2 has 10000 frames" in refusal(write_csv(tmp_path / "long.csv", [long], ("a",)))


def test_csv_without_rows_is_refused(tmp_path, people):
    assert "no row" in refusal(write_csv(tmp_path / "none.csv", [], ()))


def test_csv_cut_or_changed_anywhere_is_read_or_refused(tmp_path, people):
    path = write_csv(tmp_path / "wlasl.csv", people)
    assert is_read_or_refused_in_one_sentence(path, path, 3)
