"""The published augmentations: half of the clips are changed, each by one of four parts.

All take and return one clip in Vision's coordinates [frames, 54, 2] (`preprocess.to_vision`: y upwards, missing points
at the origin) and draw from `rng`. They know nothing of the image's aspect ratio.
"""

import math
from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from recognizer import keypoints as kp
from recognizer.published.preprocess import from_vision, to_vision

CHANGED = 0.5
"""Share of the clips."""
ANGLE = 13.0
"""Degrees to either side, about the image's centre."""
TILT = 0.1
"""Largest part of the image by which its far edge shrinks; the paper says up to 1."""
SQUEEZE = 0.15
"""Largest part of the image's width that is cut at either side."""
JOINT_ANGLE, JOINT_CHANCE = 4.0, 0.3
ARMS = (("neck", "left_shoulder", "left_elbow", "left_wrist"), ("neck", "right_shoulder", "right_elbow", "right_wrist"))


def augment(clip: Tensor, rng: Generator, parts: Sequence[str]) -> Tensor:
    """A random variant of `clip` [frames, 54, 2] (image units, NaN where missing), by one of the named `parts`."""
    if not parts or _draw(rng) >= CHANGED:
        return clip
    part = parts[int(torch.randint(len(parts), (), generator=rng))]
    return from_vision(PARTS[part](to_vision(clip), rng))


def rotate(points: Tensor, rng: Generator) -> Tensor:
    """Turns everything, the missing points at the origin too: they come to lie elsewhere and then count as seen."""
    return _turn(points, torch.tensor([0.5, 0.5]), _angle(ANGLE, rng))


def tilt(points: Tensor, rng: Generator) -> Tensor:
    """Perspective: the body in an image whose left or right edge is farther away. Hands stay where they are."""
    move = TILT * _draw(rng)
    if _draw(rng) < 0.5:
        corners = [[move, 1 - move], [1, 1], [move, move], [1, 0]]
    else:
        corners = [[0, 1], [1 - move, 1 - move], [0, 0], [1 - move, move]]
    matrix = _projection(corners)
    flat = torch.cat([points, torch.ones_like(points[..., :1])], dim=-1) @ matrix.T
    return _body_only(points, flat[..., :2] / flat[..., 2:])


def squeeze(points: Tensor, rng: Generator) -> Tensor:
    """The body between two narrower sides. Hands stay where they are."""
    left, right = SQUEEZE * _draw(rng), SQUEEZE * _draw(rng)
    x, y = points.unbind(-1)
    return _body_only(points, torch.stack([left + x * (1 - left - right), y], dim=-1))


def turn_arms(points: Tensor, rng: Generator) -> Tensor:
    """Each joint from the neck outwards turns what lies beyond it, with a chance of 3 in 10. Hands stay."""
    points = points.clone()
    for arm in ARMS:
        joints = [kp.INDEX[name] for name in arm]
        for i, joint in enumerate(joints):
            if _draw(rng) < JOINT_CHANCE:
                angle, origin = _angle(JOINT_ANGLE, rng), points[:, [joint]]
                points[:, joints[i + 1 :]] = _turn(points[:, joints[i + 1 :]], origin, angle)
    return points


PARTS = {"rotation": rotate, "perspective": tilt, "squeeze": squeeze, "arms": turn_arms}


def _body_only(points: Tensor, changed: Tensor) -> Tensor:
    """`changed` for the body's seen points; missing ones and hands as they were."""
    seen = (points != 0).any(-1, keepdim=True)
    changed = torch.where(seen, changed, points)
    return torch.cat([changed[:, kp.BODY], points[:, kp.BODY.stop : kp.NECK], changed[:, kp.NECK :]], dim=1)


def _projection(corners: list[list[float]]) -> Tensor:
    """The matrix [3, 3] that takes the corners (0, 1), (1, 1), (0, 0), (1, 0) to `corners`."""
    rows, sides = [], []
    for (x, y), (u, v) in zip([(0, 1), (1, 1), (0, 0), (1, 0)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        sides += [u, v]
    solved = torch.linalg.solve(torch.tensor(rows, dtype=torch.float64), torch.tensor(sides, dtype=torch.float64))
    return torch.cat([solved, torch.ones(1, dtype=torch.float64)]).reshape(3, 3).to(torch.float32)


def _turn(points: Tensor, origin: Tensor, angle: float) -> Tensor:
    x, y = (points - origin).unbind(-1)
    turned = [x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)]
    return origin + torch.stack(turned, dim=-1)


def _angle(degrees: float, rng: Generator) -> float:
    return math.radians(degrees) * (2 * _draw(rng) - 1)


def _draw(rng: Generator) -> float:
    return torch.rand((), generator=rng).item()
