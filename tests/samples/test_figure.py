"""The real body, posed and drawn; skipped where it is not in the cache."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="drawing needs the extra `render`")

from samples.render import assets
from samples.render.figure import HEIGHT, SHOULDER_PIXELS, WIDTH, Figure
from samples.render.look import LOOKS
from samples.render.motion import Tracks

FRAMES = 6


@pytest.fixture(scope="module", params=sorted(LOOKS))
def look(request):
    return LOOKS[request.param]


@pytest.fixture(scope="module")
def figure(look):
    if not (assets.cache_folder() / "body" / assets.BODY_WHEEL.file).exists():
        pytest.skip("the body is not in the cache; `cerca samples render` fetches it")
    with assets.open_body() as archive:
        return Figure(archive, look)


@pytest.fixture(scope="module")
def standing():
    """A signer, right hand up beside the shoulder, palm to the camera, fingers up; x, y in image heights."""
    pose = np.zeros((FRAMES, 33, 3))
    places = {0: (0, 0.24, 0.1), 2: (0.03, 0.28, 0.05), 5: (-0.03, 0.28, 0.05), 7: (0.07, 0.25, 0), 8: (-0.07, 0.25, 0)}
    places |= {11: (0.15, 0, 0), 12: (-0.15, 0, 0), 13: (0.17, -0.25, 0), 14: (-0.25, -0.2, 0.05)}
    for index, place in places.items():
        pose[:, index] = place
    hand = np.zeros((21, 3))
    hand[1:5] = [[0.02 + 0.015 * k, 0.02 + 0.01 * k, 0] for k in range(4)]
    for finger in range(4):
        hand[5 + 4 * finger : 9 + 4 * finger] = [[0.02 - 0.015 * finger, 0.07 + 0.02 * joint, 0] for joint in range(4)]
    return Tracks(pose, {"L": None, "R": np.tile(hand + np.array([-0.3, 0.05, 0]), (FRAMES, 1, 1))})


def coloured(picture, colour):
    """Which pixels have the hue of `colour`, however they are lit."""
    picture = picture.astype(float) + 1
    hue = picture / picture.sum(axis=2, keepdims=True)
    return np.abs(hue - np.array(colour) / np.sum(colour)).max(axis=2) < 0.025


def test_a_standing_figure_has_wall_shirt_and_face_where_they_belong(figure, look, standing):
    picture = figure.draw(figure.pose(standing)[0])
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8
    assert coloured(picture, look.wall)[:, :100].all()
    assert coloured(picture, look.shirt)[300:460, 290:350].mean() > 0.9
    assert coloured(picture, look.skin)[110:220, 280:360].mean() > 0.3


def test_the_hand_is_drawn_where_the_take_has_it(figure, look, standing):
    skin = coloured(figure.draw(figure.pose(standing)[3]), look.skin)
    left_of_trunk = np.argwhere(skin[:, :230])
    knuckle = standing.hands["R"][0, 9, :2] * SHOULDER_PIXELS / 0.3 * [1, -1] + [WIDTH / 2, 0.55 * HEIGHT]
    highest = left_of_trunk[left_of_trunk[:, 0].argmin()]
    assert highest[1] == pytest.approx(knuckle[0], abs=25)
    assert 15 < knuckle[1] - highest[0] < 70  # a finger's length above the knuckles


def test_a_blink_changes_the_eyes_and_nothing_else(figure, standing):
    turns = figure.pose(standing)[0]
    changed = np.argwhere(np.abs(figure.draw(turns).astype(int) - figure.draw(turns, 1.0)).max(axis=2) > 12)
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    assert len(changed) > 15
    assert bottom - top < 25
    assert right - left < 80
    assert 280 < left < right < 360


def test_a_figure_that_stands_still_is_posed_the_same_in_every_frame(figure, standing):
    first, *others = figure.pose(standing)
    for turns in others:
        assert all(np.allclose(turns[bone], first[bone], atol=1e-6) for bone in first)
