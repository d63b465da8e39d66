"""Datasets in the formats of others: the same people come out of each, and damage gets one sentence with its place."""

import csv
import io
import sys

import h5py
import numpy as np
import pytest
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from recognizer import datasets, extractor
from recognizer import keypoints as kp
from recognizer.datasets import apart, hdf5, pose, spoter_csv
from recognizer.errors import DatasetError

GLOSSES = ("hello", "Thank_You", "hello")
LABELS = ("hello", "thank-you")


@pytest.fixture
def people(signer):
    """Three clips, each of another length; no left hand anywhere."""
    return [signer(frames) for frames in (3, 5, 4)]


def refusal(path) -> str:
    with pytest.raises(DatasetError) as caught:
        datasets.load(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def holds(loaded, people, tolerance=1e-6):
    """Whether the dataset has the three clips with their labels."""
    assert loaded.labels == LABELS and loaded.label.tolist() == [0, 1, 0]
    for got, person in zip(loaded.clips, people, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, person, atol=tolerance)
    return True


def damaged(path, times):
    """The file cut short, and with a byte changed, so many times each."""
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    yield from (whole[:end] for end in rng.integers(0, len(whole), times))
    for at in rng.integers(0, len(whole), times):
        yield whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]


def is_read_or_refused_in_one_sentence(path, named, clips, times=25):
    refused = 0
    for content in damaged(path, times):
        path.write_bytes(content)
        try:
            assert len(datasets.load(named)) <= clips
        except DatasetError as error:
            assert str(named) in str(error) and "\n" not in str(error)
            refused += 1
    return refused > 0


# ConnectingPoints HDF5


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


def test_a_format_whose_package_is_missing_says_what_to_install(h5, poses, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    monkeypatch.setitem(sys.modules, "pose_format", None)
    assert "package h5py" in refusal(h5) and "package pose_format" in refusal(poses)


def test_hdf5_cut_or_changed_anywhere_is_read_or_refused(h5):
    assert is_read_or_refused_in_one_sentence(h5, h5, 3, times=8)


def test_hdf5_that_the_library_does_not_get_through_is_refused(h5, monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE_S", 0.01)
    assert "does not come to its end" in refusal(h5)


def test_hdf5_that_crashes_the_library_is_refused(h5, monkeypatch):
    monkeypatch.setattr(apart, "PROGRAM", "import os; os.abort()")
    assert "crashes" in refusal(h5)


# SPOTER CSV

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


# .pose


def write_pose(path, person, components=None, size=(640, 480), fps=25.0):
    """A file of `pose-format`'s own writer; a point that is missing has confidence 0."""
    names = components or {
        pose.BODY: [name.upper() for name in kp.POSE],
        "FACE_LANDMARKS": [str(i) for i in range(3)],
        **{component: list(pose.HAND_POINTS) for component in pose.HANDS.values()},
    }
    ours = [
        {pose.BODY: f"{point.lower()}", **{value: f"{key}_{index}" for key, value in pose.HANDS.items()}}.get(component)
        for component, points in names.items()
        for index, point in enumerate(points)
    ]
    data = np.zeros((len(person), 1, len(ours), 3))
    confidence = np.zeros((len(person), 1, len(ours)))
    for index, name in enumerate(ours):
        if name in kp.INDEX:
            point = person[:, kp.INDEX[name]]
            data[:, 0, index, :2] = np.nan_to_num(point * size)
            confidence[:, 0, index] = np.isfinite(point).all(-1)
    header = PoseHeader(
        0.2,
        PoseHeaderDimensions(*size, 0),
        [PoseHeaderComponent(name, points, [], [], "XYZC") for name, points in names.items()],
    )
    content = io.BytesIO()
    Pose(header, NumPyPoseBody(fps, data, confidence)).write(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())
    return path


@pytest.fixture
def poses(tmp_path, people):
    folder = tmp_path / "poses"
    for row, (person, gloss) in enumerate(zip(people, GLOSSES, strict=True)):
        write_pose(folder / gloss / f"{row}.pose", person)
    return folder


def test_pose_files_give_the_54_points(poses, people):
    loaded = datasets.load(poses)
    assert sorted(loaded.clip) == ["Thank_You/1.pose", "hello/0.pose", "hello/2.pose"]
    ordered = loaded.subset(np.argsort([name[-6] for name in loaded.clip]))
    assert holds(ordered, people, tolerance=1e-4) and loaded.fps.tolist() == [25.0] * 3


def test_a_manifest_says_what_pose_files_show(poses, people):
    lines = ["clip,label,signer", "hello/2.pose,yes,S2", "hello/0.pose,no,S1"]
    (poses / "manifest.csv").write_text("\n".join(lines))
    loaded = datasets.load(poses)
    assert loaded.labels == ("no", "yes") and loaded.signer.tolist() == ["S2", "S1"]
    assert [len(clip) for clip in loaded.clips] == [4, 3]


def test_a_pose_file_without_a_label_is_left_out_and_named(poses, people):
    write_pose(poses / "stray.pose", people[0])
    loaded = datasets.load(poses)
    assert len(loaded) == 3 and any("stray.pose" in note for note in loaded.notes)


def test_points_that_no_pose_file_has_are_missing_and_named(tmp_path, people):
    body = [name.upper() for name in kp.POSE if "ear" not in name]
    names = {pose.BODY: body} | {component: list(pose.HAND_POINTS) for component in pose.HANDS.values()}
    write_pose(tmp_path / "p" / "hello" / "a.pose", people[0], names)
    loaded = datasets.load(tmp_path / "p")
    assert np.isnan(loaded.clips[0][:, kp.INDEX["left_ear"]]).all()
    np.testing.assert_allclose(loaded.clips[0][:, 0], people[0][:, 0], atol=1e-4)
    assert any("left_ear, right_ear" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("frames", "arguments", "said"),
    [
        (3, {"components": {"pose_keypoints_2d": ["Nose", "Neck"]}}, "holds pose_keypoints_2d"),
        (3, {"size": (0, 480)}, "none may be 0"),
        (0, {}, "none may be 0"),
    ],
)
def test_a_pose_file_that_cannot_be_used_is_named(poses, people, frames, arguments, said):
    path = write_pose(poses / "hello" / "odd.pose", people[0][:frames], **arguments)
    with pytest.raises(DatasetError) as caught:
        datasets.load(poses)
    assert str(path) in str(caught.value) and said in str(caught.value)


def test_a_missing_pose_file_is_named(poses):
    (poses / "manifest.csv").write_text("clip,label\nhello/9.pose,yes\n")
    with pytest.raises(DatasetError, match=r"9\.pose does not exist"):
        datasets.load(poses)


def test_a_pose_file_cut_or_changed_anywhere_is_read_or_refused(poses):
    assert is_read_or_refused_in_one_sentence(poses / "hello" / "0.pose", poses, 3)


# One array a clip, beside a manifest


@pytest.fixture
def arrays(tmp_path, people):
    lines = ["clip,label,signer,fps", *(f"clips/{g}_{i}.mp4,{g},S{i},30" for i, g in enumerate(GLOSSES))]
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    path = tmp_path / "keypoints.npz"
    np.savez(path, **{f"{g}_{i}": np.nan_to_num(people[i]) for i, g in enumerate(GLOSSES)})
    return path


def test_one_array_a_clip_is_read_by_the_manifest_beside_it(arrays, people):
    loaded = datasets.load(arrays)
    assert holds(loaded, people) and loaded.signer.tolist() == ["S0", "S1", "S2"] and loaded.fps.tolist() == [30] * 3


def test_an_array_that_the_manifest_names_and_nobody_has_is_named_with_its_line(arrays):
    manifest = arrays.with_name("manifest.csv")
    manifest.write_text(manifest.read_text() + "\nclips/bye.mp4,bye,S1,30")
    with pytest.raises(DatasetError, match=r"manifest\.csv, line 5: keypoints\.npz has no array 'bye'"):
        datasets.load(arrays)


def test_an_array_that_the_manifest_does_not_name_is_left_out_and_named(arrays):
    manifest = arrays.with_name("manifest.csv")
    manifest.write_text("\n".join(manifest.read_text().splitlines()[:3]))
    loaded = datasets.load(arrays)
    assert len(loaded) == 2 and any("hello_2" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clip,gloss\na,b", "no column 'label'"),
        ("clip,label", "names no clip"),
        ("clip,label\n,hello", "line 2 names no clip"),
        ("clip,label,fps\nhello_0.mp4,hello,fast", "line 2: fps 'fast'"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_which_line(arrays, text, said):
    arrays.with_name("manifest.csv").write_text(text)
    with pytest.raises(DatasetError, match=r"manifest\.csv") as caught:
        datasets.load(arrays)
    assert said in str(caught.value)


def test_a_manifest_that_is_not_text_is_refused(arrays):
    arrays.with_name("manifest.csv").write_bytes(b"clip,label\n\xff\xfe")
    with pytest.raises(DatasetError, match="UTF-8"):
        datasets.load(arrays)


# Clips


def test_clips_go_through_the_extractor(tmp_path, toy, monkeypatch):
    asked = []

    def extract(path):
        asked.append(path)
        return toy.noted("One clip was refused.")

    monkeypatch.setattr(extractor, "of_clips", extract)
    loaded = datasets.load(tmp_path)
    assert asked == [tmp_path] and len(loaded) == len(toy) and "One clip was refused." in loaded.notes


def test_clips_without_an_extractor_say_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setattr(extractor, "of_clips", None)
    (tmp_path / "manifest.csv").write_text("clip,label\na.mp4,a\n")
    assert "cerca extract" in refusal(tmp_path)
    assert "cerca extract" in refusal(tmp_path / "manifest.csv")


def test_a_foreign_file_says_what_can_be_read(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"")
    assert "no known format" in refusal(path)
