import numpy as np
import pytest

from samples.render.hands import HandRig, palm_of
from samples.render.rig import place
from samples.render.vectors import palm_frame, rotation, unit

from .synthetic_arm import skeleton

SKELETON = skeleton()
PALM_LENGTH, SEGMENT = 0.8, 0.35


def flat_hand(side, flexion=(0.0, 0.0, 0.0), turn=None):
    """Landmarks [21, 3] of an upright hand, palm to the camera, fingers bent by `flexion`; thumb stretched out."""
    to_index = -1 if side == "L" else 1  # on the x axis: the left hand's index is on the person's right
    points = np.zeros((21, 3))
    points[1:5] = [[to_index * (0.3 + 0.2 * k), 0.2 + 0.2 * k, 0] for k in range(4)]
    for finger in range(4):
        x = to_index * (0.3 - 0.2 * finger)
        points[5 + 4 * finger] = [x, PALM_LENGTH, 0]
        for joint, angle in enumerate(np.cumsum(flexion)):
            step = SEGMENT * np.array([0, np.cos(angle), np.sin(angle)])  # bends to the camera, into the palm
            points[6 + 4 * finger + joint] = points[5 + 4 * finger + joint] + step
    return points if turn is None else points @ turn.T


def finger_directions(side, landmarks):
    hand = HandRig(SKELETON, side)
    palm = palm_of(landmarks)
    turns = hand.turns(palm, hand.finger_angles(landmarks[None])[0], landmarks)
    placed = place(SKELETON, turns | {f"wrist.{side}": palm @ hand.rest_palm.T})

    def direction(finger, segment):
        bone = f"finger{finger}-{segment}.{side}"
        return unit(placed.carry(bone, SKELETON.tail(bone)) - placed.head(bone))

    return {(finger, segment): direction(finger, segment) for finger in range(1, 6) for segment in (1, 2, 3)}


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("flexion", [(0, 0, 0), (0.6, 0.3, 0.2), (1.4, 1.5, 1.0)])
def test_finger_bones_point_where_the_landmarks_do(side, flexion):
    landmarks = flat_hand(side, flexion, rotation(np.array([0.3, 1, 0.2]), 0.5))
    for (finger, segment), direction in finger_directions(side, landmarks).items():
        start = 4 * finger - 4 + segment if finger > 1 else segment
        assert direction @ unit(landmarks[start + 1] - landmarks[start]) > 0.99, (finger, segment)


@pytest.mark.parametrize("side", ["L", "R"])
def test_a_finger_that_the_landmarks_bend_backwards_stays_almost_straight(side):
    bent = finger_directions(side, flat_hand(side, (0, -1.0, -0.5)))
    for finger in range(2, 6):
        assert bent[finger, 1] @ bent[finger, 3] > 0.99


def test_finger_angles_are_smooth_in_time():
    still, jump = flat_hand("R"), flat_hand("R", (0.8, 0.8, 0.4))
    angles = HandRig(SKELETON, "R").finger_angles(np.stack([still] * 10 + [jump] * 10))
    steps = np.abs(np.diff(angles[:, 0, 0]))
    assert steps.max() < 0.4 * 0.8
    assert angles[-1, 0, 0] == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("side", ["L", "R"])
def test_a_relaxed_hand_curls_to_its_palm(side):
    hand = HandRig(SKELETON, side)
    placed = place(SKELETON, hand.relaxed_turns(hand.rest_palm))
    tip = f"finger3-3.{side}"
    assert placed.carry(tip, SKELETON.tail(tip))[1] < SKELETON.tail(tip)[1] - 0.2  # palms are down


def test_the_palm_frame_has_fingers_forward_and_index_at_its_side():
    landmarks = flat_hand("R")
    assert np.allclose(palm_of(landmarks)[:, 1], unit(landmarks[9] - landmarks[0]))
    assert palm_of(landmarks)[:, 0] @ (landmarks[5] - landmarks[17]) > 0
    assert np.allclose(palm_of(landmarks), palm_frame(landmarks[9], landmarks[5] - landmarks[17]))
