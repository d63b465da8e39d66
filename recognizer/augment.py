"""Making other signers, cameras and frame rates out of the recorded clips.

All functions take and return a batch [clips, frames, 54, 2] in image units, NaN where missing, and draw from `rng`.
Each part can be left out by name, which is how the study measures what it gives.
Global position, size and aspect ratio are left alone: the model's first layer removes them exactly.
"""

import math
from collections.abc import Collection

import torch
from torch import Generator, Tensor

from recognizer import keypoints as kp

ASPECT = 16 / 9
"""Of the recordings: rotations happen in square pixels."""

PARTS = ("time", "mirror", "proportions", "arms", "hands", "rotation", "rest", "lost_hands", "noise")
"""Names of all parts, for `Settings.augmentations`."""

FRAMES = (8, 64)
"""More frames only sample the same curve more densely: the accuracy at 240 is that at 64 (docs/recognizer.md)."""
MIRRORED = 0.1
"""Share of the clips."""
PROPORTION = 0.12
PLACE, SIZE = 0.4, 0.7
"""Of the signing space: shoulder widths; natural logarithm of a factor."""
ROTATION = math.radians(8)
HAND_ROTATION, HAND_TILT, HAND_SIZE = math.radians(25), 0.3, 0.15
REST, RESTING, LOWERING = 0.3, 0.5, 0.12
"""Longest rest at either end and time to lower the arms, shares of a clip; share of the clips with lowered arms."""
LOST_HANDS, LOSS = 0.5, 0.9
"""Share of the clips that lose hands; largest share of their frames."""
NOISE = 0.008
"""Standard deviation in image units, about 0.03 shoulder widths."""

HANDS = (kp.LEFT_HAND, kp.RIGHT_HAND)
ARMS = (
    (kp.INDEX["left_shoulder"], kp.INDEX["left_elbow"], kp.INDEX["left_wrist"], kp.LEFT_HAND),
    (kp.INDEX["right_shoulder"], kp.INDEX["right_elbow"], kp.INDEX["right_wrist"], kp.RIGHT_HAND),
)


def augment(clips: Tensor, lengths: Tensor, rng: Generator, parts: Collection[str] = PARTS) -> tuple[Tensor, Tensor]:
    """One random variant of every clip, by the named `parts`: [clips, longest, 54, 2] padded with NaN, and its length.

    `clips` [clips, frames, 54, 2] may be padded likewise; `lengths` int64 [clips] are the true ones.
    """
    outside = torch.zeros(clips.shape[:2])
    # Time comes first: what follows then touches as few frames as the model will see.
    if "time" in parts:
        clips, lengths, outside = resample(clips, lengths, rng)
    for name, change in IN_SPACE.items():
        if name in parts:
            clips = change(clips, rng)
    if "rest" in parts:
        clips = lower_arms(clips, outside, rng)
    if "lost_hands" in parts:
        clips = lose_hands(clips, rng)
    if "noise" in parts:
        clips = clips + NOISE * torch.randn(clips.shape, generator=rng)
    return clips, lengths


def mirror(clips: Tensor, rng: Generator) -> Tensor:
    """Left-handed signers: the image flipped and the names of left and right exchanged."""
    flipped = clips[..., kp.mirror_order(), :] * torch.tensor([-1.0, 1.0]) + torch.tensor([1.0, 0.0])
    return torch.where(_chance(MIRRORED, clips, rng), flipped, clips)


def change_proportions(clips: Tensor, rng: Generator) -> Tensor:
    """Other bodies: head height and shoulder width, the rulers of the normalisation, grow or shrink by themselves."""
    neck = clips[..., kp.NECK :, :]
    factor = torch.ones(len(clips), 1, kp.COUNT, 2)
    head = list(range(5))
    factor[:, :, head] = 1 + PROPORTION * uniform((len(clips), 1, 1, 1), rng)
    shoulders = [kp.INDEX["left_shoulder"], kp.INDEX["right_shoulder"]]
    factor[:, :, shoulders] = 1 + PROPORTION * uniform((len(clips), 1, 1, 1), rng)
    return neck + (clips - neck) * factor


def move_arms(clips: Tensor, rng: Generator) -> Tensor:
    """Other signing spaces: each arm signs elsewhere (up to `PLACE` shoulder widths) and larger or smaller."""
    unit = shoulder_width(clips)
    clips = clips.clone()
    for _, elbow, wrist, hand in ARMS:
        path = clips[..., wrist, :]
        factor = torch.exp(SIZE * uniform((len(clips), 1, 1), rng))
        shift = PLACE * uniform((len(clips), 1, 2), rng) * unit
        moved = (path - path.nanmean(1, keepdim=True)) * (factor - 1) + shift
        clips[..., elbow, :] += moved / 2
        clips[..., wrist, :] += moved
        clips[..., hand, :] += moved[..., None, :]
    return clips


def turn_hands(clips: Tensor, rng: Generator) -> Tensor:
    """Other wrists and hands: each hand turned in the image plane about its wrist, tilted out of it, and resized.

    Tilting foreshortens the hand along one direction; as the depth is unknown, that direction is drawn.
    """
    clips = clips.clone()
    shape = (len(clips), 1, 1)
    for hand in HANDS:
        origin = clips[..., hand.start : hand.start + 1, :]
        size = 1 + HAND_SIZE * uniform((*shape, 1), rng)
        tilt = 1 - HAND_TILT * torch.rand(*shape, 1, generator=rng)
        angle, direction = HAND_ROTATION * uniform(shape, rng), math.pi * torch.rand(shape, generator=rng)
        along = turn(clips[..., hand, :] - origin, angle - direction)
        foreshortened = along * torch.cat([tilt, torch.ones_like(tilt)], dim=-1)
        clips[..., hand, :] = origin + turn(foreshortened, direction) * size
    return clips


def rotate(clips: Tensor, rng: Generator) -> Tensor:
    """A tilted camera or signer, about the neck."""
    angle = ROTATION * uniform((len(clips), 1, 1), rng)
    neck = clips[..., kp.NECK :, :]
    return neck + turn(clips - neck, angle)


def resample(clips: Tensor, lengths: Tensor, rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Other frame rates, speeds and cuts: 8-64 frames at uneven times, some before or after the recording.

    Times outside the recording hold its first or last frame. Returns clips, their new lengths [clips] and how far
    `outside` each frame lies [clips, frames], as a share of the clip.
    """
    batch = len(clips)
    low, high = FRAMES
    longest = round(math.exp(math.log(low) + math.log(high / low) * torch.rand((), generator=rng).item()))
    shown = (longest * (0.7 + 0.3 * torch.rand(batch, generator=rng))).round().long()

    index = torch.arange(longest)
    jitter = 0.4 * uniform((batch, longest), rng)
    phase = ((index + 0.5 + jitter) / shown[:, None]).clamp(0, 1)
    start = REST - (REST + 0.1) * torch.rand((batch, 1), generator=rng)
    stop = 1 - REST + (REST + 0.1) * torch.rand((batch, 1), generator=rng)
    bend = torch.exp(0.25 * uniform((batch, 1), rng))
    time = ((phase - start) / (stop - start)).clamp(0, 1) ** bend * (lengths[:, None] - 1)

    outside = (start - phase).clamp(min=0) + (phase - stop).clamp(min=0)
    padding = index >= shown[:, None]
    return at_times(clips, time, lengths).masked_fill(padding[..., None, None], torch.nan), shown, outside


def at_times(clips: Tensor, time: Tensor, lengths: Tensor) -> Tensor:
    """Frames between frames: clips [n, frames, 54, 2] at `time` [n, times], in frames from the first.

    Linear between two frames that show a point; where one of them lacks it, the nearer one decides.
    """
    last = (lengths - 1)[:, None]
    before = torch.minimum(time.floor().long(), (last - 1).clamp(min=0))
    after = torch.minimum(before + 1, last)
    weight = (time - before)[..., None, None]
    clip = torch.arange(len(clips))[:, None]
    left, right = clips[clip, before], clips[clip, after]
    mixed = left * (1 - weight) + right * weight
    return torch.where(mixed.isnan(), torch.where(weight < 0.5, left, right), mixed)


def lower_arms(clips: Tensor, outside: Tensor, rng: Generator) -> Tensor:
    """Signers who start and end with their arms down, where no hand is found: in half of the clips."""
    lowered = (outside[..., None, None] / LOWERING).clamp(0, 1) * _chance(RESTING, clips, rng)
    unit = shoulder_width(clips)
    clips = clips.clone()
    for shoulder, elbow, wrist, hand in ARMS:
        down = clips[..., shoulder, :] - clips[..., kp.NECK, :]
        for joint, below in ((elbow, 0.8), (wrist, 1.5)):
            place = clips[..., shoulder, :] + 0.2 * down + below * unit * torch.tensor([0.0, 1.0])
            if joint == wrist:
                clips[..., hand, :] += ((place - clips[..., wrist, :]) * lowered[..., 0])[..., None, :]
            clips[..., joint, :] = torch.lerp(clips[..., joint, :], place, lowered[..., 0])
        clips[..., hand, :] = clips[..., hand, :].masked_fill(lowered > 0.5, torch.nan)
    return clips


def lose_hands(clips: Tensor, rng: Generator) -> Tensor:
    """A hand detector that misses: half of the clips lose a hand in some frames, up to nearly all of them."""
    clips = clips.clone()
    for hand in HANDS:
        rate = torch.rand((len(clips), 1, 1, 1), generator=rng) * LOSS * _chance(LOST_HANDS, clips, rng)
        lost = torch.rand((*clips.shape[:2], 1, 1), generator=rng) < rate
        clips[..., hand, :] = clips[..., hand, :].masked_fill(lost, torch.nan)
    return clips


IN_SPACE = {
    "mirror": mirror,
    "proportions": change_proportions,
    "arms": move_arms,
    "hands": turn_hands,
    "rotation": rotate,
}
"""The parts that treat all frames of a clip alike, in the order in which they are made."""


def shoulder_width(clips: Tensor) -> Tensor:
    """[clips, 1, 2]: one shoulder width along x and along y, in image units."""
    shoulders = clips[..., kp.INDEX["left_shoulder"], 0] - clips[..., kp.INDEX["right_shoulder"], 0]
    width = shoulders.abs().nanmean(1)[:, None, None].nan_to_num(0.2)
    return torch.cat([width, width * ASPECT], dim=-1)


def turn(offsets: Tensor, angle: Tensor) -> Tensor:
    x, y = offsets.unbind(-1)
    x = x * ASPECT
    return torch.stack([(x * angle.cos() - y * angle.sin()) / ASPECT, x * angle.sin() + y * angle.cos()], -1)


def uniform(shape: tuple[int, ...], rng: Generator) -> Tensor:
    return 2 * torch.rand(shape, generator=rng) - 1


def _chance(probability: float, clips: Tensor, rng: Generator) -> Tensor:
    return torch.rand((len(clips), 1, 1, 1), generator=rng) < probability
