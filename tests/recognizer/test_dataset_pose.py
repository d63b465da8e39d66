"""`.pose` files, as a dataset: the same people come out, and damage gets one sentence with its place."""

import io
import sys

import numpy as np
import pytest
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from recognizer import datasets
from recognizer import keypoints as kp
from recognizer.datasets import pose
from recognizer.errors import DatasetError
from tests.recognizer.dataset_formats import GLOSSES, holds, is_read_or_refused_in_one_sentence, refusal


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


def test_without_its_package_a_pose_file_says_what_to_install(poses, monkeypatch):
    monkeypatch.setitem(sys.modules, "pose_format", None)
    assert "package pose_format" in refusal(poses)
