import numpy as np
import pytest

from samples.render.camera import Camera
from samples.render.motion import Tracks
from samples.render.stage import Stage

WIDTH, NOSE_HEIGHT = 3.0, 2.5  # dm


@pytest.fixture
def tracks():
    """Shoulders 0.4 apart, the nose 0.35 above and a little beside their middle."""
    pose = np.zeros((5, 33, 3))
    pose[:, 11], pose[:, 12], pose[:, 0] = [0.7, -0.6, 0], [0.3, -0.6, 0], [0.52, -0.25, 0.1]
    return Tracks(pose, {"L": None, "R": None})


@pytest.fixture
def stage(tracks):
    return Stage(tracks, WIDTH, NOSE_HEIGHT)


def test_shoulders_and_nose_land_on_the_bodys(tracks, stage):
    assert stage.point(0, tracks.pose[0, 11]) == pytest.approx([WIDTH / 2, 0, 0])
    assert stage.point(0, tracks.pose[0, 0]) == pytest.approx([0, NOSE_HEIGHT, 0])


def test_heights_are_continuous_at_shoulders_and_nose(stage):
    for y in (-0.6, -0.25):
        below, above = (stage.point(0, np.array([0.5, y + gap, 0])) for gap in (-1e-6, 1e-6))
        assert np.allclose(below, above, atol=1e-3)


def test_below_the_shoulders_only_the_scale_counts(stage):
    assert stage.point(0, np.array([0.3, -1.0, 0])) == pytest.approx([-1.5, -3.0, 0])


def test_a_point_moved_along_its_ray_is_seen_at_the_same_pixel():
    camera = Camera(640, 480, 50.0, centre_y=1.0)
    flat, near = np.array([1.2, 2.5, 0.0]), np.array([1.2, 2.5, 3.0])
    seen = camera.project(np.stack([flat, camera.on_the_same_ray(near)]))
    assert np.allclose(seen[0, :2], seen[1, :2])
    assert seen[1, 2] > seen[0, 2]
