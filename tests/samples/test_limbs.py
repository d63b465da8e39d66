"""An arm of round numbers repeats a take, before a chest that it must not enter."""

import numpy as np
import pytest

from samples.render.camera import Camera
from samples.render.limbs import Limb
from samples.render.motion import Tracks
from samples.render.rig import place
from samples.render.stage import Stage
from samples.render.surface import BodySurface

from .synthetic_arm import ELBOW, SHOULDER, skeleton
from .test_hands import flat_hand

SKELETON = skeleton()
CAMERA = Camera(640, 480, 50.0, centre_y=0.0)
FRAMES, SOURCE_WIDTH = 12, 0.3  # image heights from shoulder to shoulder


def chest(depth):
    """A trunk whose front is at z = `depth`."""
    return BodySurface(np.array([[x, y, depth] for x in np.linspace(-1.4, 1.4, 29) for y in np.linspace(-4, 1, 51)]))


def tracks(side, knuckle):
    """A hand whose middle knuckle stays at `knuckle` (image heights from the shoulders' middle), palm forward."""
    outward = 1 if side == "L" else -1
    pose = np.zeros((FRAMES, 33, 3))
    pose[:, 0] = [0, 0.25, 0]
    pose[:, 11], pose[:, 12] = [SOURCE_WIDTH / 2, 0, 0], [-SOURCE_WIDTH / 2, 0, 0]
    pose[:, 13 if side == "L" else 14] = [outward * 0.22, -0.22, 0.05]
    hand = flat_hand(side) / 10
    hand += np.array([*knuckle, 0]) - hand[9]
    return Tracks(pose, {"L": None, "R": None, side: np.tile(hand, (FRAMES, 1, 1))})


def placed_by(side, knuckle, depth=1.0):
    motion = tracks(side, knuckle)
    rest = [place(SKELETON, {})] * FRAMES
    stage = Stage(motion, 2 * SHOULDER, nose_height=2.5)
    turns = Limb(SKELETON, side, chest(depth), CAMERA).sign(motion, stage, rest)
    return stage.point(0, motion.hands[side][0, 9]), [place(SKELETON, frame) for frame in turns]


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("knuckle", [(0.2, 0.1), (0.0, -0.15), (0.05, 0.2)])
def test_the_camera_sees_the_knuckle_where_the_take_has_it(side, knuckle):
    outward = 1 if side == "L" else -1
    wanted, placed = placed_by(side, (outward * knuckle[0], knuckle[1]))
    seen = CAMERA.project(np.stack([wanted, placed[5].head(f"finger3-1.{side}")]))
    assert np.linalg.norm(seen[0, :2] - seen[1, :2]) < 1  # pixel


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("depth", [1.0, 3.0])
def test_a_hand_before_the_chest_does_not_enter_it(side, depth):
    _, placed = placed_by(side, (0.0, -0.15), depth)
    for bone in ("wrist", "finger3-1", "finger3-3"):
        assert placed[5].head(f"{bone}.{side}")[2] > depth + 0.1, bone


def test_a_hand_that_does_not_move_leaves_the_arm_still():
    _, placed = placed_by("R", (-0.2, 0.1))
    assert np.ptp([frame.heads for frame in placed], axis=0).max() < 1e-6


@pytest.mark.parametrize("side", ["L", "R"])
def test_an_arm_that_hangs_has_its_hand_below_its_shoulder(side):
    (placed,) = (
        place(SKELETON, turns) for turns in Limb(SKELETON, side, chest(1.0), CAMERA).hang([place(SKELETON, {})])
    )
    wrist, shoulder = placed.head(f"wrist.{side}"), placed.head(f"upperarm01.{side}")
    assert wrist[1] < shoulder[1] - 1.8 * (ELBOW - SHOULDER)
    assert abs(wrist[0]) > abs(shoulder[0])
