from itertools import pairwise

import numpy as np
import pytest

from samples.render import arms
from samples.render.arms import Arm
from samples.render.rig import place
from samples.render.surface import BodySurface

from .synthetic_arm import skeleton

SKELETON = skeleton()
SHOULDER = SKELETON.head("upperarm01.R")
WRISTS = [(-2.0, -1.0, 3.0), (-0.5, 1.5, 2.5), (-4.0, 2.0, 1.0), (0.5, -2.0, 2.0)]


@pytest.fixture
def arm():
    return Arm.of(SKELETON, "R")


def lengths(*joints):
    return [np.linalg.norm(b - a) for a, b in pairwise(joints)]


@pytest.mark.parametrize("wrist", WRISTS)
def test_the_elbow_joins_shoulder_and_wrist_with_bones_of_their_own_length(arm, wrist):
    elbow = arms.bend_elbow(arm, SHOULDER, np.array(wrist), towards=np.array([-3.0, -2, -1]))
    assert lengths(SHOULDER, elbow, np.array(wrist)) == pytest.approx([arm.upper, arm.forearm])


def test_the_elbow_goes_to_the_side_it_is_asked_for(arm):
    wrist = np.array([-1.5, 0.5, 3.0])
    for hint in (np.array([-5.0, 0, 1]), np.array([3.0, 0, 1]), np.array([-1.0, -5, 1])):
        elbow = arms.bend_elbow(arm, SHOULDER, wrist, towards=hint)
        others = [arms.swivel(SHOULDER, wrist, elbow, angle) for angle in (-1, 1, 3)]
        assert all(np.linalg.norm(elbow - hint) < np.linalg.norm(other - hint) for other in others)


def test_a_swivel_keeps_the_bones_lengths(arm):
    wrist = np.array(WRISTS[0])
    elbow = arms.bend_elbow(arm, SHOULDER, wrist, towards=np.array([-3.0, -2, -1]))
    turned = arms.swivel(SHOULDER, wrist, elbow, 1.1)
    assert lengths(SHOULDER, turned, wrist) == pytest.approx([arm.upper, arm.forearm])
    assert np.linalg.norm(turned - elbow) > 0.1


def test_a_wrist_out_of_reach_is_pulled_in_and_one_within_reach_is_left_alone(arm):
    far, near = np.array([-20.0, 3, 1]), np.array(WRISTS[0])
    pulled = arms.within_reach(arm, SHOULDER, far)
    assert np.linalg.norm(pulled - SHOULDER) < arm.upper + arm.forearm
    assert np.allclose(np.cross(pulled - SHOULDER, far - SHOULDER), 0)
    assert np.allclose(arms.within_reach(arm, SHOULDER, near), near)


@pytest.mark.parametrize("side", ["L", "R"])
def test_the_bones_turns_carry_elbow_and_wrist_to_where_they_were_solved(side):
    arm, shoulder = Arm.of(SKELETON, side), SKELETON.head(f"upperarm01.{side}")
    wrist = shoulder + np.array([0.5 * arm.outward, -0.5, 3.0])
    elbow = arms.bend_elbow(arm, shoulder, wrist, towards=shoulder + np.array([2.0 * arm.outward, -2, 0]))
    turns, forearm = arms.limb_turns(arm, shoulder, elbow, wrist)
    turns |= arms.forearm_turns(arm, forearm, wrist - elbow, twist=0.8)
    placed = place(SKELETON, turns)
    assert np.allclose(placed.head(f"wrist.{side}"), wrist, atol=0.08)  # the rest pose's bones are not quite straight
    assert np.allclose(placed.head(f"lowerarm01.{side}"), elbow, atol=0.08)


def test_the_whole_length_of_an_upper_arm_across_the_picture_leaves_no_depth(arm):
    across = arms.elbow_of(arm, SHOULDER, np.array([-arm.upper, 0.0]), ahead=1)
    short = arms.elbow_of(arm, SHOULDER, np.array([-0.5 * arm.upper, 0.0]), ahead=1)
    assert across[2] - SHOULDER[2] < 0.25 * arm.upper
    assert short[2] - SHOULDER[2] == pytest.approx(np.sqrt(0.75) * arm.upper)


class TestBesideAChest:
    """A chest one decimetre deep, from x = -1.5 to 1.5."""

    @pytest.fixture
    def chest(self):
        x, y = np.meshgrid(np.linspace(-1.5, 1.5, 31), np.linspace(-4, 1, 51))
        return BodySurface(np.column_stack([x.ravel(), y.ravel(), np.full(x.size, 1.0)]))

    def test_a_hand_inside_it_is_pushed_to_its_front(self, chest):
        hand = np.array([[0.0, -1, 0.2], [0.3, -1, 0.5]])
        wrist = arms.push_clear(hand[0], hand, chest)
        moved = hand + (wrist - hand[0])
        assert (moved[:, 2] >= 1 + arms.HAND_CLEARANCE - 1e-9).all()
        assert np.allclose(wrist[:2], hand[0][:2])

    def test_a_hand_before_or_beside_it_stays(self, chest):
        for hand in (np.array([[0.0, -1, 2.0]]), np.array([[-3.0, -1, 0.0]])):
            assert np.allclose(arms.push_clear(hand[0], hand, chest), hand[0])

    def test_an_elbow_inside_it_is_swivelled_out_and_the_wrist_stays(self, chest, arm):
        wrist = np.array([0.0, -1.0, 2.0])
        inside = arms.bend_elbow(arm, SHOULDER, wrist, towards=np.array([0.5, -2, -2]))
        (elbow,) = arms.clear_elbows(SHOULDER[None], wrist[None], inside[None], chest)
        assert chest.front(inside)[0] > inside[2]
        assert chest.front(elbow)[0] < elbow[2]
        assert lengths(SHOULDER, elbow, wrist) == pytest.approx([arm.upper, arm.forearm])
