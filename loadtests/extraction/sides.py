"""Whose left and right: the rule of `edge_site/src/keypoints/hands.ts`, in Python.

`tests/extraction/parity.json` holds both to the same answers.
"""

from dataclasses import dataclass

import numpy as np

LEFT_SHOULDER, RIGHT_SHOULDER = 11, 12
WRISTS = {"left": 15, "right": 16}
MIDDLE_KNUCKLE = 9
# What a contradicting handedness costs, in shoulder widths: it settles near ties, never outweighs a clear distance.
HANDEDNESS_COST = 0.25
# Two detections whose points lie closer than this share of the palm are the same hand.
SAME_HAND = 0.3
# Shoulders that coincide, seen from the side, would make every distance endless.
NARROWEST_SHOULDERS = 1e-3


@dataclass(frozen=True, eq=False)
class Hand:
    """`landmarks`: float32 [21, 2], image-normalised. `side`: "left" or "right", the landmarker's own opinion."""

    landmarks: np.ndarray
    side: str
    score: float


def assign_hands(hands: list[Hand], pose: np.ndarray | None, aspect: float) -> tuple[Hand | None, Hand | None]:
    """The person's left and right hand, so that the sum of wrist distances is least, handedness breaking near ties;
    without a pose handedness decides alone. A hand seen twice counts once, and no side gets two.

    pose: float32 [33, 2] or None. aspect: image width / height, so that distances are round.
    """
    round_space = np.array([aspect, 1.0])
    distinct = _without_doubles(hands, round_space)
    if not distinct:
        return None, None

    def cost(hand: Hand, side: str) -> float:
        contradiction = 0.0 if hand.side == side else HANDEDNESS_COST
        return (0.0 if pose is None else _wrist_distance(hand, side, pose, round_space)) + contradiction

    first, *rest = distinct
    if not rest:
        return (first, None) if cost(first, "left") <= cost(first, "right") else (None, first)
    second = rest[0]
    straight = cost(first, "left") + cost(second, "right")
    crossed = cost(first, "right") + cost(second, "left")
    return (first, second) if straight <= crossed else (second, first)


def _wrist_distance(hand: Hand, side: str, pose: np.ndarray, round_space: np.ndarray) -> float:
    """Distance of the hand's wrist from the pose's wrist of that side, in shoulder widths."""
    body = pose.astype(np.float64) * round_space
    wrist = hand.landmarks[0].astype(np.float64) * round_space
    shoulders = max(float(np.hypot(*(body[LEFT_SHOULDER] - body[RIGHT_SHOULDER]))), NARROWEST_SHOULDERS)
    return float(np.hypot(*(wrist - body[WRISTS[side]]))) / shoulders


def _without_doubles(hands: list[Hand], round_space: np.ndarray) -> list[Hand]:
    """At most two hands, the likeliest first, none of them twice."""
    kept: list[Hand] = []
    for hand in sorted(hands, key=lambda hand: -hand.score):
        if not any(_is_same(hand, other, round_space) for other in kept):
            kept.append(hand)
    return kept[:2]


def _is_same(a: Hand, b: Hand, round_space: np.ndarray) -> bool:
    """Point-by-point closeness: two hands that touch are mirror images, so their points do not pair up."""
    p, q = a.landmarks.astype(np.float64) * round_space, b.landmarks.astype(np.float64) * round_space
    palm = float(np.hypot(*(p[0] - p[MIDDLE_KNUCKLE])))
    return float(np.hypot(*(p - q).T).mean()) < SAME_HAND * palm
