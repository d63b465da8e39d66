import numpy as np
import pytest

from samples.render.motion import Tracks
from samples.render.torso import BLINK_FRAMES, eyelids, torso_turns
from samples.render.vectors import X_AXIS, Z_AXIS

FRAMES = 9


@pytest.fixture
def pose():
    """A person who stands straight and still, arms down: y up, z to the camera, unit = the image's height."""
    points = np.zeros((FRAMES, 33, 3))
    places = {0: (0, 0.3, 0.1), 2: (0.03, 0.33, 0.05), 5: (-0.03, 0.33, 0.05), 7: (0.07, 0.3, 0), 8: (-0.07, 0.3, 0)}
    places |= {11: (0.2, 0, 0), 12: (-0.2, 0, 0), 13: (0.22, -0.3, 0), 14: (-0.22, -0.3, 0)}
    for index, place in places.items():
        points[:, index] = place
    return points


def turns(pose):
    return torso_turns(Tracks(pose, {"L": None, "R": None}))


def test_someone_who_stands_still_is_not_turned(pose):
    for frame in turns(pose):
        for bone, turn in frame.items():
            assert np.allclose(turn, np.eye(3)), bone


def test_a_head_tilted_to_its_left_is_tilted_to_its_left(pose):
    pose[:, 2, 1] -= 0.01  # the left eye is lower
    pose[:, 5, 1] += 0.01
    crown = turns(pose)[0]["head"] @ np.array([0, 1, 0])
    assert crown[0] > 0.1


def test_a_nose_to_the_left_of_the_ears_turns_the_face_left(pose):
    pose[:, 0, 0] += 0.03
    assert (turns(pose)[0]["head"] @ Z_AXIS)[0] > 0.1


def test_a_nod_is_what_differs_from_the_median(pose):
    pose[4, 0, 1] -= 0.02
    faces = [(frame["head"] @ Z_AXIS)[1] for frame in turns(pose)]
    assert faces[4] < -0.1
    assert faces[0] == pytest.approx(0)


def test_a_raised_arm_lifts_its_own_shoulder_only(pose):
    pose[:, 14] = [-0.4, 0.2, 0]
    frame = turns(pose)[0]
    assert (frame["clavicle.R"] @ -X_AXIS)[1] > 0.1
    assert np.allclose(frame["clavicle.L"], np.eye(3))


def test_shoulders_that_tilt_for_a_moment_lean_the_spine_a_little(pose):
    pose[4, 11, 1] += 0.3
    angles = [np.arcsin((frame["spine03"] @ X_AXIS)[1]) for frame in turns(pose)]
    assert 0 < angles[4] < 0.1
    assert angles[0] == 0


def test_a_blink_closes_the_eyes_once_and_opens_them_again():
    closed = eyelids(48, offset=20)
    assert closed[20 + BLINK_FRAMES // 2] == pytest.approx(1)
    assert np.count_nonzero(closed) == BLINK_FRAMES
    assert closed.min() == 0
