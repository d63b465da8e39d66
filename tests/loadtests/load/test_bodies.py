import io
import json as jsons

import numpy as np
import pytest

from loadtests.load.bodies import bodies, json, npy
from loadtests.load.errors import LoadError


@pytest.fixture
def clip() -> np.ndarray:
    """float32 [3, 54, 2] with a missing hand and one point of which only x is known."""
    keypoints = np.random.default_rng(5).uniform(0, 1, (3, 54, 2)).astype(np.float32)
    keypoints[:, 11:32] = np.nan
    keypoints[1, 40, 1] = np.nan
    return keypoints


def test_npy_carries_every_bit(clip):
    assert np.array_equal(np.load(io.BytesIO(npy(clip)), allow_pickle=False), clip, equal_nan=True)


def test_json_carries_every_digit_and_null_for_a_missing_point(clip):
    frames = jsons.loads(json(clip))["keypoints"]
    assert frames[0][11] is None and frames[1][40] is None
    assert np.array_equal(np.array(frames[2][:11], dtype=np.float32), clip[2, :11])


def test_a_dataset_gives_a_body_a_clip(keypoints_file):
    assert len(bodies(keypoints_file, "npy")) == len(bodies(keypoints_file, "json")) == 3


def test_a_file_that_is_no_dataset_is_named(tmp_path):
    path = tmp_path / "keypoints.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(LoadError, match=r"keypoints\.npz"):
        bodies(path, "npy")
