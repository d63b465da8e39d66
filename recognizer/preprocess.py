"""The first layers of the exported graph: from raw MediaPipe keypoints to what the transformer reads.

Nothing here is learned. It lives inside the model so that cloud and browser cannot drift apart.

1. A clip's body gives the coordinate system. The origin is the mean neck; one unit of x is the mean distance of the
   shoulders; one unit of y is the mean height of the head above the neck, divided by `HEAD_HEIGHT` so that both units
   are about one shoulder width. MediaPipe divides x by the width and y by the height of the image, so x and y come
   with scales of their own; measuring one with x distances only and the other with y distances only makes the
   result the same for every aspect ratio, position and size of the person.
2. A missing body point takes its mean over the clip, or its place in a neutral posture (arms down) when the clip never
   shows it. A missing hand takes its wrist.
"""

import torch
from torch import Tensor, nn

from recognizer import keypoints as kp

HEAD_HEIGHT = 0.63
"""Mean height of eyes, ears and nose above the neck in shoulder widths; 0.54-0.68 over the sessions of asl_words."""

UNKNOWN_CENTRE = (0.5, 0.6)
UNKNOWN_SCALE = (0.3, 0.4)
SMALLEST_SCALE = 0.02
"""Image units. A body seen from the side has shoulders that nearly coincide; it must not blow up the rest."""

NEUTRAL = {
    "nose": (0.0, -0.55),
    "left_eye": (0.08, -0.68),
    "right_eye": (-0.08, -0.68),
    "left_ear": (0.18, -0.63),
    "right_ear": (-0.18, -0.63),
    "left_shoulder": (0.5, 0.0),
    "right_shoulder": (-0.5, 0.0),
    "left_elbow": (0.62, 0.8),
    "right_elbow": (-0.62, 0.8),
    "left_wrist": (0.6, 1.5),
    "right_wrist": (-0.6, 1.5),
    "neck": (0.0, 0.0),
}
"""A person facing the camera with the arms down, in shoulder widths from the neck."""

HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")


class Preprocess(nn.Module):
    """Keypoints [..., frames, 54, 2] (image units, NaN where missing) -> body frame [..., frames, 108].

    The result is finite whatever is missing, and in units of about a shoulder width.

    Frames that pad a batch are NaN throughout and leave no trace in the clip's means.
    """

    def __init__(self) -> None:
        super().__init__()
        neutral = torch.zeros(kp.COUNT, 2)
        for name, place in NEUTRAL.items():
            neutral[kp.INDEX[name]] = torch.tensor(place)
        self.register_buffer("neutral", neutral.flatten(), persistent=False)
        self.register_buffer("unknown_centre", torch.tensor(UNKNOWN_CENTRE), persistent=False)
        self.register_buffer("unknown_scale", torch.tensor(UNKNOWN_SCALE), persistent=False)
        self.register_buffer("stand_in", torch.tensor(_stand_ins()), persistent=False)

    def forward(self, keypoints: Tensor) -> Tensor:
        # In rows of 108: a runtime takes ten times as long to subtract and divide in rows of 2.
        rows = keypoints.flatten(-2)
        missing = rows.isnan()
        seen = (~missing).to(rows.dtype).sum(-2, keepdim=True)
        mean = torch.where(missing, 0.0, rows).sum(-2, keepdim=True) / seen  # 0 / 0 = NaN: never seen

        centre, scale = self._body_frame(mean)
        placed = (rows - centre) / scale
        mean = (mean - centre) / scale
        body = torch.where(missing, torch.where(mean.isnan(), self.neutral, mean), placed)
        stand_in = _points(body).index_select(-2, self.stand_in).flatten(-2)
        return torch.where(missing, stand_in, placed)

    def _body_frame(self, mean: Tensor) -> tuple[Tensor, Tensor]:
        """Origin and unit of each axis, for each point [..., 1, 108] in image units, from the clip's mean keypoints."""
        points = _points(mean)
        left = points[..., kp.INDEX["left_shoulder"], :]
        right = points[..., kp.INDEX["right_shoulder"], :]
        neck = (left + right) / 2
        head = points[..., : len(HEAD), :].mean(-2)
        width = (left - right).abs()[..., :1]
        height = (neck - head).abs()[..., 1:] / HEAD_HEIGHT
        scale = torch.cat([width, height], dim=-1).clamp(min=SMALLEST_SCALE)
        centre = torch.where(neck.isnan(), self.unknown_centre, neck)
        return _for_each_point(centre), _for_each_point(torch.where(scale.isnan(), self.unknown_scale, scale))


def _points(rows: Tensor) -> Tensor:
    """[..., 108] -> [..., 54, 2]"""
    return rows.unflatten(-1, (kp.COUNT, 2))


def _for_each_point(axes: Tensor) -> Tensor:
    """[..., 2] -> [..., 108]"""
    return axes.repeat(*[1] * (axes.dim() - 1), kp.COUNT)


def _stand_ins() -> list[int]:
    """For each keypoint, the body point that takes its place: the wrist for a hand's points, else itself."""
    left, right = kp.INDEX["left_wrist"], kp.INDEX["right_wrist"]
    hands = [left] * kp.HAND_POINTS + [right] * kp.HAND_POINTS
    return [*range(kp.BODY.stop), *hands, kp.NECK]
