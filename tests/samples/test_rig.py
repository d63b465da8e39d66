import numpy as np
import pytest

from samples.render.body import Skeleton
from samples.render.rig import place, skin
from samples.render.vectors import Z_AXIS, rotation

# Two bones up the y axis, and four points along them.
SKELETON = Skeleton(
    ["lower", "upper"], np.array([-1, 0]), np.array([[0, 0, 0], [0, 1.0, 0]]), np.array([[0, 1.0, 0], [0, 2, 0]])
)
POINTS = np.array([[0.1, 0, 0], [0.1, 0.5, 0], [0.1, 1.0, 0.2], [0, 2.0, 0]])
WEIGHTS = np.array([[1, 0], [1, 0], [0.5, 0.5], [0, 1]], np.float32)


def test_skinning_changes_nothing_in_the_rest_pose():
    assert np.allclose(skin(POINTS, WEIGHTS, place(SKELETON, {})), POINTS, atol=1e-6)


def test_a_bone_carries_its_own_points_and_those_of_its_children():
    moved = skin(POINTS, WEIGHTS, place(SKELETON, {"lower": rotation(Z_AXIS, np.pi / 2)}))
    assert np.allclose(moved, np.stack([-POINTS[:, 1], POINTS[:, 0], POINTS[:, 2]], axis=1), atol=1e-6)


def test_a_childs_turn_leaves_its_parent_alone_and_meets_it_half_way_where_weights_are_shared():
    turn = rotation(Z_AXIS, np.pi / 2)
    moved = skin(POINTS, WEIGHTS, place(SKELETON, {"upper": turn}))
    joint = SKELETON.head("upper")
    assert np.allclose(moved[:2], POINTS[:2], atol=1e-6)
    assert np.allclose(moved[3], joint + turn @ (POINTS[3] - joint), atol=1e-6)
    assert np.allclose(moved[2], (POINTS[2] + joint + turn @ (POINTS[2] - joint)) / 2, atol=1e-6)


def test_turns_are_global_so_a_childs_own_turn_replaces_its_parents():
    placed = place(SKELETON, {"lower": rotation(Z_AXIS, np.pi / 2), "upper": np.eye(3)})
    assert np.allclose(placed.carry("upper", SKELETON.tail("upper")), [-1, 1, 0])


def test_an_unknown_bone_is_an_error():
    with pytest.raises(KeyError):
        SKELETON.head("tail")
