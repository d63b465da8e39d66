import numpy as np
import pytest

from samples.render.raster import rasterize

FACE = np.array([[0, 1, 2]])


def triangle(*corners, depth=0.0):
    return np.array([[x, y, depth] for x, y in corners])


def test_a_triangle_covers_exactly_the_pixels_inside_it():
    drawn = rasterize(triangle((1.5, 1.5), (1.5, 8.6), (8.6, 1.5)), FACE, 12, 10).face >= 0
    y, x = np.mgrid[:10, :12]
    assert np.array_equal(drawn, (x >= 2) & (y >= 2) & (x + y <= 10))


def test_weights_and_depth_are_those_of_the_point():
    points = np.array([[0, 0, 1.0], [0, 9, 2.0], [9, 0, 4.0]])
    drawn = rasterize(points, FACE, 10, 10)
    assert drawn.weights[0, 0] == pytest.approx([1, 0, 0], abs=1e-6)
    assert drawn.weights[3, 3] == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=1e-6)
    assert drawn.depth[3, 3] == pytest.approx(7 / 3, rel=1e-5)
    assert drawn.depth[9, 9] == -np.inf


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_the_nearer_triangle_wins_in_whatever_order_they_come(order):
    corners = ((1, 1), (1, 9), (9, 1))
    points = np.concatenate([triangle(*corners, depth=1.0), triangle(*corners, depth=5.0)])
    faces = np.array([[0, 1, 2], [3, 4, 5]])[order]
    drawn = rasterize(points, faces, 12, 12)
    assert (drawn.depth[drawn.face >= 0] == 5).all()
    assert set(drawn.face[drawn.face >= 0]) == {order.index(1)}


def test_a_small_triangle_before_a_large_one_is_seen():
    points = np.concatenate([triangle((0, 0), (0, 400), (400, 0)), triangle((50, 50), (50, 53), (53, 50), depth=1.0)])
    drawn = rasterize(points, np.array([[0, 1, 2], [3, 4, 5]]), 300, 300)
    assert drawn.face[51, 51] == 1
    assert drawn.face[60, 60] == 0
    assert drawn.face[150, 250] == 0
    assert drawn.face[299, 299] == -1


def test_a_triangle_that_faces_away_is_not_drawn():
    assert (rasterize(triangle((2, 2), (8, 2), (2, 8)), FACE, 12, 12).face == -1).all()


def test_what_reaches_over_the_edge_is_cut_there():
    drawn = rasterize(triangle((-20, -20), (-20, 60), (60, -20)), FACE, 16, 8).face
    assert drawn.shape == (8, 16)
    assert (drawn == 0).all()
