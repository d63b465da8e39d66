"""Datasets of equally long clips in an npz: what is read, and one sentence for what is damaged."""

import numpy as np
import pytest

from recognizer import datasets
from recognizer.datasets import npz
from tests.recognizer.dataset_formats import refusal


def arrays(n=12, frames=5):
    rng = np.random.default_rng(0)
    return {
        "keypoints": rng.uniform(0.1, 1, (n, frames, 54, 2)).astype(np.float32),
        "label": np.arange(n) % 3,
        "labels": np.array(["one", "two", "three"]),
        "signer": np.array(["S1", "S2"] * (n // 2)),
        "session": np.array([f"R{i // 2}" for i in range(n)]),
    }


@pytest.fixture
def save(tmp_path):
    def write(**changes):
        path = tmp_path / "data.npz"
        kept = {name: value for name, value in (arrays() | changes).items() if value is not None}
        np.savez(path, **kept)
        return path

    return write


def test_the_origin_means_missing(save):
    keypoints = arrays()["keypoints"]
    keypoints[0, 0, 11:32] = 0
    keypoints[1, 0, 3] = (0, 0.5)
    loaded = datasets.load(save(keypoints=keypoints))
    assert np.isnan(loaded.clips[0][0, 11:32]).all()
    assert sum(np.isnan(clip).sum() for clip in loaded.clips) == 21 * 2


def test_an_absent_file_says_what_to_give(tmp_path):
    assert "--data" in refusal(tmp_path / "absent.npz")


def test_a_truncated_file_is_refused(save):
    path = save()
    path.write_bytes(path.read_bytes()[:-300])
    refusal(path)


def test_a_text_file_is_refused(tmp_path):
    path = tmp_path / "notes.npz"
    path.write_text("not an archive")
    refusal(path)


def test_pickled_arrays_are_refused(save):
    refusal(save(labels=np.array(["one", None], dtype=object)))


@pytest.mark.parametrize("field", npz.FIELDS)
def test_a_missing_array_is_named(save, field):
    assert field in refusal(save(**{field: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"keypoints": np.zeros((12, 5, 53, 2))},
        {"keypoints": np.zeros((12, 54, 2))},
        {"session": np.array(["R1"])},
        {"label": np.full(12, 3)},
        {"label": np.full(12, 0.5)},
        {"keypoints": np.full((12, 5, 54, 2), "x")},
        {"labels": np.array([["one", "two", "three"]])},
    ],
)
def test_arrays_that_do_not_fit_are_refused(save, changes):
    refusal(save(**changes))


def test_resampling_keeps_the_ends_and_the_gaps(save):
    keypoints = arrays()["keypoints"]
    keypoints[:, :2, 11:32] = 0
    dataset = datasets.load(save(keypoints=keypoints))
    dense = np.stack(dataset.resampled(9).clips)
    np.testing.assert_allclose(dense[:, [0, -1]], np.stack(dataset.clips)[:, [0, -1]])
    assert np.isnan(dense[:, :3, 11:32]).all() and np.isfinite(dense[:, 3:]).all()
