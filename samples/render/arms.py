"""From shoulder, elbow and hand of a take to the bones of an arm: two-link inverse kinematics.

The image gives x and y; depth comes from the bones: an upper arm that looks short points to the camera, and so does a
forearm. Hand and elbow are then kept out of the trunk and head.
"""

from dataclasses import dataclass

import numpy as np

from .body import Skeleton
from .motion import smooth_in_time
from .rig import Turns
from .surface import BodySurface
from .vectors import bend_frame, rotation, shortest_arc, twist_angle, unit

HAND_CLEARANCE = 0.3  # dm, from a point on the hand's bones to the body's surface
ELBOW_CLEARANCE = 0.4
MAX_PUSH = 3.0  # dm
MAX_REACH = 0.985  # of the stretched arm: a straight elbow has no plane to bend in
SWIVELS = sorted(np.linspace(-2.4, 2.4, 33), key=abs)  # tried from the take's own elbow outwards
SWIVEL_SMOOTHING = 2.0  # frames
WRIST_SMOOTHING = 1.0
MAX_TWIST = 2.4
UPPER_TWIST = 0.45  # share of the twist that each bone of a limb takes, from its root on
FOREARM_TWISTS = (0.3, 0.75)


@dataclass(frozen=True)
class Arm:
    """One arm of the rest pose. `outward` is +1 for the left arm, -1 for the right."""

    side: str
    outward: int
    shoulder: np.ndarray
    elbow: np.ndarray
    wrist: np.ndarray

    @classmethod
    def of(cls, skeleton: Skeleton, side: str) -> "Arm":
        joints = (skeleton.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist"))
        return cls(side, 1 if side == "L" else -1, *joints)

    @property
    def upper(self) -> float:
        return float(np.linalg.norm(self.elbow - self.shoulder))

    @property
    def forearm(self) -> float:
        return float(np.linalg.norm(self.wrist - self.elbow))


def hanging(arm: Arm, shoulder: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Elbow and wrist of an arm at rest below `shoulder`."""
    elbow = shoulder + arm.upper * unit(np.array([0.28 * arm.outward, -1, -0.12]))
    return elbow, elbow + arm.forearm * unit(np.array([0.02 * arm.outward, -1, 0.35]))


def elbow_of(arm: Arm, shoulder: np.ndarray, offset: np.ndarray, ahead: float) -> np.ndarray:
    """The elbow at `offset` [2] (dm, image plane) from the shoulder, its depth from the bone's length.

    `ahead` in (0, 1] scales the depth: 1 takes all that the bone's length leaves over.
    """
    flat = offset * min(1.0, 0.97 * arm.upper / max(float(np.linalg.norm(offset)), 1e-6))
    depth = np.sqrt(max(arm.upper**2 - flat @ flat, 0.0))
    return shoulder + np.array([*flat, depth * ahead])


def wrist_depth(arm: Arm, elbow: np.ndarray, wrist: np.ndarray) -> float:
    """z of the wrist, before the elbow by what the forearm's length leaves over."""
    flat = wrist[:2] - elbow[:2]
    return float(elbow[2] + np.sqrt(max(arm.forearm**2 - flat @ flat, (0.15 * arm.forearm) ** 2)))


def push_clear(wrist: np.ndarray, hand: np.ndarray, surface: BodySurface) -> np.ndarray:
    """`wrist` moved to the camera until no point of `hand` [n, 3] is inside the body."""
    missing = surface.front(hand) + HAND_CLEARANCE - hand[:, 2]
    return wrist + np.array([0, 0, np.clip(missing.max(), 0, MAX_PUSH)])


def within_reach(arm: Arm, shoulder: np.ndarray, wrist: np.ndarray) -> np.ndarray:
    """`wrist`, pulled towards the shoulder where the arm is too short for it."""
    line = wrist - shoulder
    return shoulder + line * min(1.0, MAX_REACH * (arm.upper + arm.forearm) / np.linalg.norm(line))


def bend_elbow(arm: Arm, shoulder: np.ndarray, wrist: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """The elbow of the two-bone chain from `shoulder` to `wrist` that lies nearest to `towards`."""
    line = wrist - shoulder
    distance = float(np.linalg.norm(line))
    axis = line / distance
    along = (arm.upper**2 + distance**2 - arm.forearm**2) / (2 * distance)
    off = np.sqrt(max(arm.upper**2 - along**2, 0.0))
    pole = towards - shoulder
    # A hint on the line itself leaves the plane open: then the elbow goes outwards, down and back.
    pole = unit(pole - (pole @ axis) * axis) + 1e-3 * np.array([arm.outward, -1, -1])
    return shoulder + along * axis + off * unit(pole - (pole @ axis) * axis)


def swivel(shoulder: np.ndarray, wrist: np.ndarray, elbow: np.ndarray, angle: float) -> np.ndarray:
    """`elbow` turned about the line from shoulder to wrist, which stay where they are."""
    return shoulder + rotation(wrist - shoulder, angle) @ (elbow - shoulder)


def clear_elbows(shoulders: np.ndarray, wrists: np.ndarray, elbows: np.ndarray, surface: BodySurface) -> np.ndarray:
    """`elbows` [frames, 3], swivelled out of the trunk by as little as needed and smoothly in time."""
    angles = [_least_swivel(*joints, surface) for joints in zip(shoulders, wrists, elbows, strict=True)]
    smooth = smooth_in_time(np.array(angles)[:, None], SWIVEL_SMOOTHING)[:, 0]
    return np.array([swivel(*joints, angle) for *joints, angle in zip(shoulders, wrists, elbows, smooth, strict=True)])


def _least_swivel(shoulder: np.ndarray, wrist: np.ndarray, elbow: np.ndarray, surface: BodySurface) -> float:
    for angle in SWIVELS:
        turned = swivel(shoulder, wrist, elbow, angle)
        forearm = np.array([turned + share * (wrist - turned) for share in (0, 0.4, 0.75)])
        beside = abs(turned[0]) > abs(shoulder[0]) + 0.35
        if beside or (surface.front(forearm) + ELBOW_CLEARANCE < forearm[:, 2]).all():
            return float(angle)
    return 0.0


def limb_turns(arm: Arm, shoulder: np.ndarray, elbow: np.ndarray, wrist: np.ndarray) -> tuple[Turns, np.ndarray]:
    """The upper arm's turns, and the forearm's turn before any twist of the hand is spread over it."""
    rest_normal = np.cross(arm.elbow - arm.shoulder, arm.wrist - arm.elbow)
    normal = np.cross(elbow - shoulder, wrist - elbow)
    rest_upper, upper = arm.elbow - arm.shoulder, elbow - shoulder
    whole = bend_frame(upper, normal) @ bend_frame(rest_upper, rest_normal).T
    swing = shortest_arc(rest_upper, upper)
    twist = twist_angle(swing.T @ whole, rest_upper)
    turns = {
        f"upperarm01.{arm.side}": swing @ rotation(rest_upper, UPPER_TWIST * twist),
        f"upperarm02.{arm.side}": whole,
    }
    forearm = bend_frame(wrist - elbow, normal) @ bend_frame(arm.wrist - arm.elbow, rest_normal).T
    return turns, forearm


def forearm_turns(arm: Arm, forearm: np.ndarray, along: np.ndarray, twist: float) -> Turns:
    """The hand's `twist` about `along` spread over the two forearm bones, as radius and ulna do."""
    twist = float(np.clip(twist, -MAX_TWIST, MAX_TWIST))
    return {
        f"lowerarm0{bone}.{arm.side}": rotation(along, share * twist) @ forearm
        for bone, share in enumerate(FOREARM_TWISTS, start=1)
    }
