"""Movements that are no sign: what a class called `idle` stands for, made because nobody can record all of them.

An arm of two links swings about, its hand frozen in a shape that one of the clips shows: what people's hands do between
signs. Without these, a model that saw one signer stand still takes every other movement for the nearest sign.
"""

import math

import torch
from torch import Generator, Tensor

from recognizer.augment import ARMS, ASPECT, shoulder_width, turn, uniform

LABEL = "idle"

BOTH, RIGHT = 0.3, 0.75
"""Share of the clips in which both arms move; of the others, that in which it is the right one."""
RAISED, RAISING = 0.3, 0.25
"""Share of the clips in which an arm comes up or goes down meanwhile, and the share of the clip that this takes."""
UPPER_ARM, FOREARM = 0.8, (0.45, 0.9)
"""Lengths in shoulder widths; a forearm that points at the camera is foreshortened."""
SHOULDER_ANGLES, ELBOW_ANGLES, WRIST_ANGLES = (-0.2, 0.9), (0.3, 3.9), (-0.9, 0.9)
"""Radians outwards from straight down, the same, and from the direction of the forearm."""
MIDDLE_FINGER = 9
"""The landmark of a hand at the root of the middle finger: wrist to there is where a hand points."""


def wander(clips: Tensor, rng: Generator) -> Tensor:
    """Somebody who moves without signing, on the body of each of `clips` [clips, frames, 54, 2], one of each."""
    n, frames = clips.shape[:2]
    unit = shoulder_width(clips)
    source, clips = clips, clips.clone()
    both, right = torch.rand((2, n, 1), generator=rng) < torch.tensor([BOTH, RIGHT]).view(2, 1, 1)
    for outwards, is_right, (shoulder, elbow, wrist, hand), (*_, other) in (
        (1.0, False, ARMS[0], ARMS[1]),
        (-1.0, True, ARMS[1], ARMS[0]),
    ):
        up = _raised(n, frames, rng) * (both | (right == is_right))
        upper = _curve(n, frames, SHOULDER_ANGLES, rng) * up + 0.1 * (1 - up)
        fore = _curve(n, frames, ELBOW_ANGLES, rng) * up
        length = _curve(n, frames, FOREARM, rng)[..., None]
        elbow_at = clips[..., shoulder, :] + _direction(upper, outwards) * UPPER_ARM * unit
        wrist_at = elbow_at + _direction(fore, outwards) * length * unit
        clips[..., elbow, :], clips[..., wrist, :] = elbow_at, wrist_at

        shape, pointing = _hand_shape(source, hand, other, rng)
        along = torch.atan2(fore.cos(), outwards * fore.sin())
        angle = along - pointing[:, None] + _curve(n, frames, WRIST_ANGLES, rng)
        turned = turn(shape[:, None].expand(-1, frames, -1, -1), angle[..., None])
        clips[..., hand, :] = (wrist_at[..., None, :] + turned).masked_fill((up < 0.4)[..., None, None], torch.nan)
    return clips


def _raised(n: int, frames: int, rng: Generator) -> Tensor:
    """How far an arm has left its rest, 0-1, [n, frames]: throughout, or coming up, or going down."""
    phase = torch.linspace(0, 1, frames)
    start = torch.rand((n, 1), generator=rng) - RAISING
    up = ((phase - start) / RAISING).clamp(0, 1)
    up = torch.where(torch.rand((n, 1), generator=rng) < 0.5, up.flip(1), up)
    return torch.where(torch.rand((n, 1), generator=rng) < RAISED, up, 1.0)


def _curve(n: int, frames: int, limits: tuple[float, float], rng: Generator) -> Tensor:
    """Smooth random curves [n, frames] within the limits: a few slow waves about a random place."""
    low, high = limits
    phase = torch.linspace(0, 1, frames)
    curve = low + (high - low) * torch.rand((n, 1), generator=rng)
    speed = 0.5 + 1.5 * torch.rand((n, 1), generator=rng)
    for waves in (0.5, 1.0, 2.0):
        amplitude = (high - low) / (1 + 2 * waves) * uniform((n, 1), rng)
        shift = 2 * math.pi * torch.rand((n, 1), generator=rng)
        curve = curve + amplitude * torch.sin(2 * math.pi * waves * speed * phase + shift)
    return curve.clamp(low, high)


def _direction(angle: Tensor, outwards: float) -> Tensor:
    return torch.stack([outwards * angle.sin(), angle.cos()], -1)


def _hand_shape(clips: Tensor, hand: slice, other: slice, rng: Generator) -> tuple[Tensor, Tensor]:
    """One frame's hand read from its wrist [n, 21, 2], and where it points, radians [n].

    The other hand's mirror image stands in for a hand that this frame lacks.
    """
    clip = torch.arange(len(clips))
    frame = clips[clip, torch.randint(clips.shape[1], (len(clips),), generator=rng)]
    own, mirrored = frame[:, hand], frame[:, other] * torch.tensor([-1.0, 1.0])
    shape = torch.where(own.isnan().any(-1, keepdim=True).any(-2, keepdim=True), mirrored, own)
    shape = shape - shape[:, :1]
    return shape, torch.atan2(shape[:, MIDDLE_FINGER, 1], shape[:, MIDDLE_FINGER, 0] * ASPECT)
