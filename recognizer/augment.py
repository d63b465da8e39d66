"""Making other signers, cameras and frame rates out of the recorded clips.

All functions take and return a batch [clips, frames, 54, 2] in image units, NaN where missing, and draw from `rng`.
Global position, size and aspect ratio are left alone: the model's first layer removes them exactly.
"""

import math

import torch
from torch import Generator, Tensor

from recognizer import keypoints as kp

ASPECT = 16 / 9
"""Of the recordings: rotations happen in square pixels."""

FRAMES = (10, 240)
MIRRORED = 0.3
ROTATION = math.radians(8)
PROPORTION = 0.12
NOISE = 0.004
LOST_HANDS = 0.5
HANDS = (kp.LEFT_HAND, kp.RIGHT_HAND)


def augment(clips: Tensor, rng: Generator) -> tuple[Tensor, Tensor]:
    """One random variant of every clip, and its length: [clips, longest, 54, 2] padded with NaN, int64 [clips]."""
    clips = mirror(clips, rng)
    clips = change_proportions(clips, rng)
    clips = rotate(clips, rng)
    clips, lengths = resample(clips, rng)
    clips = lose_hands(clips, rng)
    return clips + NOISE * torch.randn(clips.shape, generator=rng), lengths


def mirror(clips: Tensor, rng: Generator) -> Tensor:
    """Left-handed signers: the image flipped and the names of left and right exchanged."""
    flipped = clips[..., kp.mirror_order(), :] * torch.tensor([-1.0, 1.0]) + torch.tensor([1.0, 0.0])
    return torch.where(_chance(MIRRORED, clips, rng), flipped, clips)


def change_proportions(clips: Tensor, rng: Generator) -> Tensor:
    """Other bodies: head height and shoulder width, the rulers of the normalisation, grow or shrink by themselves."""
    neck = clips[..., kp.NECK :, :]
    factor = torch.ones(len(clips), 1, kp.COUNT, 2)
    head = list(range(5))
    factor[:, :, head] = 1 + PROPORTION * _uniform((len(clips), 1, 1, 1), rng)
    shoulders = [kp.INDEX["left_shoulder"], kp.INDEX["right_shoulder"]]
    factor[:, :, shoulders] = 1 + PROPORTION * _uniform((len(clips), 1, 1, 1), rng)
    return neck + (clips - neck) * factor


def rotate(clips: Tensor, rng: Generator) -> Tensor:
    """A tilted camera or signer, about the neck."""
    angle = ROTATION * _uniform((len(clips), 1, 1), rng)
    x, y = (clips - clips[..., kp.NECK :, :]).unbind(-1)
    x = x * ASPECT
    turned = torch.stack([(x * angle.cos() - y * angle.sin()) / ASPECT, x * angle.sin() + y * angle.cos()], -1)
    return clips[..., kp.NECK :, :] + turned


def resample(clips: Tensor, rng: Generator) -> tuple[Tensor, Tensor]:
    """Other frame rates, speeds and cuts: 10-240 frames at uneven times, some of them before or after the recording.

    Times outside the recording hold its first or last frame, as a signer who rests does.
    """
    batch, frames = clips.shape[:2]
    low, high = FRAMES
    longest = round(math.exp(math.log(low) + math.log(high / low) * torch.rand((), generator=rng).item()))
    lengths = (longest * (0.7 + 0.3 * torch.rand(batch, generator=rng))).round().clamp(min=1).long()

    index = torch.arange(longest)
    jitter = 0.4 * _uniform((batch, longest), rng)
    phase = ((index + 0.5 + jitter) / lengths[:, None]).clamp(0, 1)
    start = 0.1 - 0.2 * torch.rand((batch, 1), generator=rng)
    stop = 0.9 + 0.2 * torch.rand((batch, 1), generator=rng)
    bend = torch.exp(0.25 * _uniform((batch, 1), rng))
    time = ((phase**bend - start) / (stop - start)).clamp(0, 1) * (frames - 1)

    before = time.floor().long().clamp(max=frames - 2)
    weight = (time - before)[..., None, None]
    clip = torch.arange(batch)[:, None]
    left, right = clips[clip, before], clips[clip, before + 1]
    nearest = torch.where(weight < 0.5, left, right)
    mixed = left * (1 - weight) + right * weight
    mixed = torch.where(mixed.isnan(), nearest, mixed)
    padding = index >= lengths[:, None]
    return mixed.masked_fill(padding[..., None, None], torch.nan), lengths


def lose_hands(clips: Tensor, rng: Generator) -> Tensor:
    """A hand detector that misses: in half of the clips up to a third of the frames lose a hand."""
    clips = clips.clone()
    for hand in HANDS:
        rate = torch.rand((len(clips), 1, 1, 1), generator=rng) / 3 * _chance(LOST_HANDS, clips, rng)
        lost = torch.rand((*clips.shape[:2], 1, 1), generator=rng) < rate
        clips[..., hand, :] = clips[..., hand, :].masked_fill(lost, torch.nan)
    return clips


def _uniform(shape: tuple[int, ...], rng: Generator) -> Tensor:
    return 2 * torch.rand(shape, generator=rng) - 1


def _chance(probability: float, clips: Tensor, rng: Generator) -> Tensor:
    return torch.rand((len(clips), 1, 1, 1), generator=rng) < probability
