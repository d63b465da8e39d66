import numpy as np
import pytest

from samples.render.vectors import (
    X_AXIS,
    Y_AXIS,
    Z_AXIS,
    bend_frame,
    palm_frame,
    rotation,
    shortest_arc,
    twist_angle,
    unit,
    wrap,
)


def is_rotation(matrix):
    return np.allclose(matrix @ matrix.T, np.eye(3)) and np.linalg.det(matrix) == pytest.approx(1)


def test_a_quarter_turn_about_z_takes_x_to_y():
    assert np.allclose(rotation(Z_AXIS, np.pi / 2) @ X_AXIS, Y_AXIS)


def test_the_shortest_arc_ends_where_it_should_and_does_not_twist():
    start, end = np.array([1.0, 2, -1]), np.array([-0.5, 0.3, 2])
    arc = shortest_arc(start, end)
    assert is_rotation(arc)
    assert np.allclose(arc @ unit(start), unit(end))
    assert np.allclose(arc @ np.cross(start, end), np.cross(start, end))


@pytest.mark.parametrize("angle", [-2.5, -0.4, 0.0, 1.3, 3.0])
def test_the_twist_is_read_back_from_under_a_swing(angle):
    axis = unit(np.array([0.2, -1, 0.4]))
    swing = shortest_arc(axis, np.array([0.5, -0.3, 1]))
    assert twist_angle(swing @ rotation(axis, angle), axis) == pytest.approx(angle)


def test_frames_are_rotations_with_the_direction_they_were_given():
    forward, side = np.array([0.1, 2, 0.3]), np.array([1, 0.5, 0])
    assert is_rotation(palm_frame(forward, side))
    assert np.allclose(palm_frame(forward, side)[:, 1], unit(forward))
    assert np.allclose(bend_frame(forward, np.cross(forward, side))[:, 1], unit(forward))


def test_wrapping_keeps_the_angle_and_centres_it():
    assert wrap(np.array([4.0]), 0.0) == pytest.approx(4 - 2 * np.pi)
    assert wrap(np.array([4.0]), 3.0) == pytest.approx(4.0)
