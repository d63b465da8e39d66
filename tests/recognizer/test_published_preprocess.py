"""The published normalisation: the layers in the graph do what the rules say, point by point."""

import numpy as np
import pytest
import torch

from recognizer import keypoints as kp
from recognizer.published.preprocess import Preprocess
from recognizer.published.reference import normalise

preprocess = Preprocess()
SHOULDERS = [kp.INDEX["left_shoulder"], kp.INDEX["right_shoulder"]]


def frames_of(keypoints: np.ndarray) -> np.ndarray:
    return preprocess(torch.from_numpy(keypoints)).numpy().reshape(-1, kp.COUNT, 2)


def agree(keypoints: np.ndarray) -> None:
    np.testing.assert_allclose(frames_of(keypoints), normalise(keypoints).reshape(-1, kp.COUNT, 2), atol=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.8])
def test_the_graph_follows_the_rules_whatever_is_missing(signer, rng, share):
    keypoints = signer(40)
    keypoints[rng.uniform(size=(40, kp.COUNT)) < share] = np.nan
    agree(keypoints)


@pytest.mark.parametrize("shift", [(0.6, 0.0), (-0.6, 0.0), (0.0, 0.6), (0.0, -0.7), (-2.0, 2.0)])
def test_the_graph_follows_the_rules_at_and_beyond_the_images_edge(signer, shift):
    agree(signer(12) + np.float32(shift))


@pytest.mark.parametrize("missing", kp.INDEX.values())
def test_the_graph_follows_the_rules_without_any_one_point(signer, missing):
    keypoints = signer(6)
    keypoints[1:4, missing] = np.nan
    agree(keypoints)


@pytest.mark.parametrize("value", [np.nan, 0.0, 1.0])
def test_a_clip_without_a_person_follows_the_rules_and_stays_finite(value):
    nobody = np.full((6, kp.COUNT, 2), value, dtype=np.float32)
    agree(nobody)
    assert np.isfinite(frames_of(nobody)).all()


def test_the_box_reaches_three_shoulder_distances_beside_the_neck_and_one_above_the_eye(signer):
    keypoints = signer(1)
    keypoints[0, SHOULDERS] = [[0.55, 0.5], [0.45, 0.5]]
    keypoints[0, kp.NECK] = [0.5, 0.5]
    keypoints[0, kp.INDEX["left_eye"]] = [0.52, 0.4]
    keypoints[0, kp.INDEX["nose"]] = [0.8, 0.3]
    keypoints[0, kp.INDEX["left_wrist"]] = [0.2, 0.9]
    frame = frames_of(keypoints)[0]
    np.testing.assert_allclose(frame[kp.INDEX["nose"]], [0.5, 0.5], atol=1e-5)
    np.testing.assert_allclose(frame[kp.INDEX["left_wrist"]], [-0.5, -0.5], atol=1e-5)


def test_a_missing_point_becomes_minus_a_half(signer):
    keypoints = signer(4)
    keypoints[2, kp.INDEX["left_elbow"], 1] = np.nan
    frames = frames_of(keypoints)
    assert (frames[:, kp.LEFT_HAND] == -0.5).all()
    assert (frames[2, kp.INDEX["left_elbow"]] == -0.5).all()


def test_a_frame_without_shoulders_and_head_takes_the_last_box_and_before_any_box_stays_raw(signer):
    keypoints = np.repeat(signer(1), 3, axis=0)
    lost = [*SHOULDERS, kp.NECK, kp.INDEX["nose"]]
    wrist = kp.INDEX["right_wrist"]
    keypoints[0, lost] = keypoints[2, lost] = np.nan
    frames = frames_of(keypoints)
    np.testing.assert_array_equal(frames[2, wrist], frames[1, wrist])
    np.testing.assert_allclose(frames[0, wrist], keypoints[0, wrist] * [1, -1] + [-0.5, 0.5], atol=1e-6)


def test_a_hand_fills_its_own_square_box(signer):
    keypoints = signer(9)
    hand = frames_of(keypoints)[:, kp.RIGHT_HAND]
    moved = frames_of(keypoints + np.float32([0.1, -0.05]))[:, kp.RIGHT_HAND]
    np.testing.assert_allclose(moved, hand, atol=1e-4)
    longest = (hand.max(1) - hand.min(1)).max(-1)
    np.testing.assert_allclose(longest, 1 / 1.2, atol=1e-4)


def test_padding_a_batch_changes_nothing_in_it(signer):
    short, long = signer(5), signer(11)
    batch = np.full((2, 11, kp.COUNT, 2), np.nan, dtype=np.float32)
    batch[0, :5], batch[1] = short, long
    together = preprocess(torch.from_numpy(batch)).numpy().reshape(2, 11, kp.COUNT, 2)
    np.testing.assert_array_equal(together[0, :5], frames_of(short))
    np.testing.assert_array_equal(together[1], frames_of(long))
