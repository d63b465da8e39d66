"""The layers inside the graph: finite whatever is missing, the same whatever the camera."""

import numpy as np
import pytest
import torch

from recognizer import keypoints as kp
from recognizer.preprocess import Preprocess

preprocess = Preprocess()


def frames_of(keypoints: np.ndarray) -> np.ndarray:
    return preprocess(torch.from_numpy(keypoints)).numpy().reshape(-1, kp.COUNT, 2)


@pytest.mark.parametrize("shift", [(0.2, 0.0), (0.0, -0.3), (-0.4, 0.25)])
def test_the_persons_place_in_the_image_does_not_matter(signer, shift):
    keypoints = signer(12)
    np.testing.assert_allclose(frames_of(keypoints + np.float32(shift)), frames_of(keypoints), atol=1e-4)


@pytest.mark.parametrize("scale", [(0.5, 0.5), (16 / 9, 1.0), (1.0, 16 / 9), (0.75, 1.2)])
def test_the_persons_size_and_the_aspect_ratio_do_not_matter(signer, scale):
    keypoints = signer(12)
    np.testing.assert_allclose(frames_of(keypoints * np.float32(scale)), frames_of(keypoints), atol=1e-4)


def test_a_missing_hand_stands_on_its_wrist(signer):
    keypoints = signer(8)
    keypoints[3, kp.RIGHT_HAND] = np.nan
    frames = frames_of(keypoints)
    wrist = frames[3, kp.INDEX["right_wrist"]]
    np.testing.assert_array_equal(frames[3, kp.RIGHT_HAND], np.tile(wrist, (21, 1)))


def test_a_body_point_missing_for_a_moment_takes_its_mean(signer):
    keypoints = signer(8)
    elbow = kp.INDEX["left_elbow"]
    keypoints[2, elbow] = np.nan
    frames = frames_of(keypoints)
    np.testing.assert_allclose(frames[2, elbow], np.delete(frames, 2, axis=0)[:, elbow].mean(0), atol=1e-5)


def test_a_missing_point_does_not_move_the_others(signer):
    keypoints = signer(8)
    whole = frames_of(keypoints)
    keypoints[:, kp.INDEX["left_elbow"]] = np.nan
    others = np.delete(np.arange(kp.COUNT), kp.INDEX["left_elbow"])
    np.testing.assert_allclose(frames_of(keypoints)[:, others], whole[:, others], atol=1e-5)


@pytest.mark.parametrize("missing", [*kp.INDEX.values()])
def test_any_point_may_be_missing_throughout(signer, missing):
    keypoints = signer(5)
    keypoints[:, missing] = np.nan
    assert np.isfinite(frames_of(keypoints)).all()


@pytest.mark.parametrize("value", [np.nan, 0.0, 1.0])
def test_a_clip_without_a_person_stays_finite(value):
    assert np.isfinite(frames_of(np.full((6, kp.COUNT, 2), value, dtype=np.float32))).all()


def test_one_coordinate_may_be_missing(signer):
    keypoints = signer(5)
    keypoints[1, kp.INDEX["nose"], 0] = np.nan
    keypoints[:, kp.INDEX["left_shoulder"], 1] = np.nan
    assert np.isfinite(frames_of(keypoints)).all()


def test_padding_leaves_no_trace(signer, random_model):
    clips = [signer(9), signer(20)]
    batch = np.full((2, 20, kp.COUNT, 2), np.nan, dtype=np.float32)
    for row, clip in zip(batch, clips, strict=True):
        row[: len(clip)] = clip
    with torch.inference_mode():
        together = random_model(torch.from_numpy(batch), torch.tensor([9, 20])).numpy()
        alone = [random_model(torch.from_numpy(clip)).numpy() for clip in clips]
    np.testing.assert_allclose(together, alone, atol=1e-5)
