"""The published augmentations, quirks included. Points are in Vision's coordinates: y upwards, (0, 0) missing."""

import math

import numpy as np
import pytest
import torch

from recognizer import keypoints as kp
from recognizer.published import augment as augmentations
from recognizer.published.augment import ARMS, PARTS, augment
from recognizer.published.preprocess import to_vision

HANDS = slice(kp.BODY.stop, kp.NECK)


@pytest.fixture
def points(signer):
    return to_vision(torch.from_numpy(signer(5)))


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a, b, atol=1e-6, equal_nan=True)


def test_about_half_of_the_clips_change_and_every_part_does_alone(signer):
    clip = torch.from_numpy(signer(3))
    changed = [not same(augment(clip, seeded(i), tuple(PARTS)), clip) for i in range(400)]
    assert 0.35 < np.mean(changed) < 0.55  # the arms' part may draw no joint
    for part in PARTS:
        assert any(not same(augment(clip, seeded(i), (part,)), clip) for i in range(20))


def test_without_parts_a_clip_stays_as_it_is(signer):
    clip = torch.from_numpy(signer(3))
    for seed in range(10):
        assert same(augment(clip, seeded(seed), ()), clip)


def test_rotation_keeps_distances_to_the_centre_and_stays_within_13_degrees(points):
    for seed in range(50):
        before, after = points - 0.5, augmentations.rotate(points, seeded(seed)) - 0.5
        torch.testing.assert_close(after.norm(dim=-1), before.norm(dim=-1))
        cosine = (before * after).sum(-1) / before.norm(dim=-1) ** 2
        assert (cosine >= math.cos(math.radians(13)) - 1e-4).all()


def test_rotation_makes_missing_points_count_as_seen(points):
    assert (points[:, kp.LEFT_HAND] == 0).all()
    assert (augmentations.rotate(points, seeded(1))[:, kp.LEFT_HAND, 0] != 0).all()


@pytest.mark.parametrize("part", ["perspective", "squeeze"])
def test_shearing_leaves_hands_and_missing_points_alone(points, part):
    points[2, kp.INDEX["left_elbow"]] = 0
    for seed in range(10):
        changed = PARTS[part](points, seeded(seed))
        torch.testing.assert_close(changed[:, HANDS], points[:, HANDS])
        assert (changed[2, kp.INDEX["left_elbow"]] == 0).all()
        assert not torch.equal(changed, points)


def test_squeezing_cuts_at_most_15_percent_from_each_side():
    edges = torch.stack([torch.full((kp.COUNT,), 1e-6), torch.ones(kp.COUNT)])
    sides = torch.stack([edges, torch.full_like(edges, 0.3)], dim=-1)
    for seed in range(50):
        left, right = augmentations.squeeze(sides, seeded(seed))[:, kp.NECK]
        assert 0 <= left[0] <= 0.1501 and 0.8499 <= right[0] <= 1
        assert left[1] == right[1] == pytest.approx(0.3)


def test_perspective_shrinks_one_edge_of_the_image_and_keeps_the_other():
    corners = torch.tensor([[1e-6, 1.0], [1.0, 1.0], [1.0, 1e-6]])[:, None].expand(-1, kp.COUNT, -1)
    seen = set()
    for seed in range(50):
        left, right, below = augmentations.tilt(corners, seeded(seed))[:, kp.NECK]
        assert (right[1] > left[1]) == (left[0] > 1e-4)
        seen.add(bool(left[0] > 1e-4))
        assert 0.89 < right[0] <= 1.001 and -0.001 <= below[1] < 0.101
    assert seen == {True, False}


def test_turning_an_arm_keeps_the_length_of_every_bone(points):
    for seed in range(20):
        turned = augmentations.turn_arms(points, seeded(seed))
        for arm in ARMS:
            joints = [kp.INDEX[name] for name in arm]
            before, after = (clip[:, joints].diff(dim=1).norm(dim=-1) for clip in (points, turned))
            torch.testing.assert_close(after, before)
        torch.testing.assert_close(turned[:, HANDS], points[:, HANDS])
