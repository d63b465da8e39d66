"""MediaPipe on the shipped clips."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mediapipe", reason="checking clips needs the extra `render`")

from samples.render import landmarks, manifest
from samples.render.assets import landmarker
from samples.render.check import Checked, meets_bars
from samples.render.encode import FPS, decode
from samples.render.errors import AssetError

SAMPLES = Path(__file__).parents[2] / "samples"
ROW = manifest.Row("hello/hello_1_A.webm", "hello", "A", 640, 480, 25.0, 50, 2.0, 1, "R02")


@pytest.fixture
def needs_landmarkers():
    try:
        for name in (landmarks.POSE_TASK, landmarks.HAND_TASK):
            landmarker(name)
    except AssetError as error:
        pytest.skip(str(error))


def look_at(clip):
    return landmarks.collect(list(landmarks.find_landmarks(islice(decode(clip), 0, None, 5), FPS / 5)))


@pytest.mark.slow
@pytest.mark.parametrize("clip", ["hello", "coffee"])
def test_pose_and_signing_hand_are_found_in_a_shipped_clip(clip, needs_landmarkers):
    found = look_at(next(SAMPLES.glob(f"{clip}/*.webm")))
    assert found.found(found.pose).all()
    assert found.found(found.hands["R"]).mean() >= 0.9
    assert found.found(found.hands["L"]).any() == (clip == "coffee")


@pytest.mark.slow
def test_nobody_is_found_in_an_empty_room(needs_landmarkers):
    found = look_at(Path(__file__).parent / "data" / "empty_room.webm")
    assert not found.found(found.pose).any()
    assert not any(found.found(hand).any() for hand in found.hands.values())


def test_keypoints_stand_in_the_order_that_the_bundle_lists():
    pose = np.arange(33 * 2, dtype=np.float32).reshape(1, 33, 2)
    missing = np.full((1, 21, 2), np.nan, np.float32)
    right = np.arange(42, dtype=np.float32).reshape(1, 21, 2) + 100
    layout = (
        {"name": "neck", "part": "midpoint", "of": ["a", "b"]},
        {"name": "a", "part": "pose", "index": 11},
        {"name": "b", "part": "pose", "index": 12},
        {"name": "tip", "part": "right_hand", "index": 8},
        {"name": "lost", "part": "left_hand", "index": 8},
    )
    keypoints = landmarks.as_keypoints(landmarks.Landmarks(pose, {"L": missing, "R": right}), layout)
    assert keypoints.dtype == np.float32
    assert keypoints[0, :4].tolist() == [[23, 24], [22, 23], [24, 25], [116, 117]]
    assert np.isnan(keypoints[0, 4]).all()


def test_the_bars_count_frames_over_all_clips():
    good = Checked(ROW, pose=50, signing_hand=50, other_hand=0, ranking=("hello",))
    weak = Checked(ROW, pose=49, signing_hand=41, other_hand=0, ranking=("hello",))
    lost = Checked(ROW, pose=50, signing_hand=39, other_hand=0, ranking=("hello",))
    assert meets_bars([good, weak])
    assert not meets_bars([good, lost])
    assert not meets_bars([Checked(ROW, pose=48, signing_hand=50, other_hand=0, ranking=())])


def test_a_truth_that_the_model_does_not_know_ranks_last():
    assert Checked(ROW, 50, 50, 0, ranking=("no", "tea")).rank == 3
    assert Checked(ROW, 50, 50, 0, ranking=("no", "hello")).rank == 2
