"""The published normalisation as the first layers of the exported graph. Nothing here is learned.

1. Coordinates as Apple's Vision gives them, for which the published code was written: y upwards; a missing point is
   (0, 0), and whatever has x = 0 counts as missing.
2. Body: a box anew for every frame, three shoulder distances to either side of the neck, from one above the left eye to
   five below it, cut off at 0 (not at 1). Without both shoulders the distance is that of neck and nose; without those
   the last frame's box serves; before any box, points stay as they are.
3. Each hand: the square box around its points with a margin of a tenth.
4. All coordinates minus 0.5, the missing ones too.

`reference.py` says the same point by point.
"""

import torch
from torch import Tensor, nn

from recognizer import keypoints as kp

SIDE, ABOVE, BELOW = 3.0, 1.0, 5.0
"""Of the body's box, in shoulder distances from the neck and the left eye."""
MARGIN = 0.1
"""Of a hand's box, of its longer side."""


class Preprocess(nn.Module):
    """Keypoints [..., frames, 54, 2] (image units, NaN where missing) -> normalised [..., frames, 108]."""

    def forward(self, keypoints: Tensor) -> Tensor:
        points = to_vision(keypoints)
        hands = [_in_hand_box(points[..., hand, :]) for hand in (kp.LEFT_HAND, kp.RIGHT_HAND)]
        body = _in_body_box(points)
        return (torch.cat([body[..., kp.BODY, :], *hands, body[..., kp.NECK :, :]], dim=-2) - 0.5).flatten(-2)


def to_vision(keypoints: Tensor) -> Tensor:
    """Image units, y downwards, NaN where missing -> y upwards, (0, 0) where missing."""
    x, y = keypoints.unbind(-1)
    missing = (x.isnan() | y.isnan()).unsqueeze(-1)
    return torch.where(missing, 0.0, torch.stack([x, 1 - y], dim=-1))


def from_vision(points: Tensor) -> Tensor:
    """The way back: NaN where x = 0."""
    x, y = points.unbind(-1)
    return torch.where((x == 0).unsqueeze(-1), torch.nan, torch.stack([x, 1 - y], dim=-1))


def _in_body_box(points: Tensor) -> Tensor:
    left, right = points[..., kp.INDEX["left_shoulder"], :], points[..., kp.INDEX["right_shoulder"], :]
    neck, nose = points[..., kp.NECK, :], points[..., kp.INDEX["nose"], :]
    eye = points[..., kp.INDEX["left_eye"], 1]
    shoulders = (left[..., 0] != 0) & (right[..., 0] != 0)
    known = shoulders | ((neck[..., 0] != 0) & (nose[..., 0] != 0))
    unit = torch.where(shoulders, _distance(left, right), _distance(neck, nose))

    low = torch.stack([neck[..., 0] - SIDE * unit, eye - BELOW * unit], dim=-1).clamp(min=0)
    high = torch.stack([neck[..., 0] + SIDE * unit, eye + ABOVE * unit], dim=-1).clamp(min=0)
    frame = _last(known)
    chosen = frame.clamp(min=0).unsqueeze(-1).expand_as(low)
    low, high = low.gather(-2, chosen), high.gather(-2, chosen)

    usable = (frame >= 0) & (high != low).all(-1)
    placed = (points - low.unsqueeze(-2)) / (high - low).unsqueeze(-2)
    return torch.where(usable[..., None, None] & (points[..., :1] != 0), placed, points)


def _last(known: Tensor) -> Tensor:
    """For each frame the last one up to it where `known` [..., frames] holds, else -1: [..., frames]."""
    frame = torch.arange(known.shape[-1], device=known.device)
    so_far = known.unsqueeze(-2) & (frame <= frame.unsqueeze(-1))
    return torch.where(so_far, frame, -1).amax(-1)


def _in_hand_box(points: Tensor) -> Tensor:
    seen = points != 0
    low = torch.where(seen, points, torch.inf).amin(-2, keepdim=True)
    high = torch.where(seen, points, -torch.inf).amax(-2, keepdim=True)
    longer = (high - low).amax(-1, keepdim=True)
    corner = (low + high) / 2 - longer * (0.5 + MARGIN)
    placed = (points - corner) / (longer * (1 + 2 * MARGIN))
    usable = seen.any(-2, keepdim=True).all(-1, keepdim=True) & (longer != 0)
    return torch.where(usable & seen[..., :1], placed, points)


def _distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).square().sum(-1).sqrt()
