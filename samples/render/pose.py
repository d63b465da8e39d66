"""One clip's motion on one body: the bone rotations of every frame."""

from dataclasses import dataclass

import numpy as np

from . import arms
from .arms import Arm
from .body import Body
from .camera import Camera
from .hands import HandRig, palm_of
from .motion import Tracks, smooth_in_time
from .rig import Placement, Turns, place
from .stage import ELBOWS, SHOULDERS, Stage
from .surface import BodySurface
from .torso import torso_turns
from .vectors import twist_angle

FINGERTIPS = (4, 8, 12, 16, 20)


def shoulders_middle(body: Body) -> np.ndarray:
    return (body.skeleton.head("upperarm01.L") + body.skeleton.head("upperarm01.R")) / 2


def shoulder_width(body: Body) -> float:
    across = body.skeleton.head("upperarm01.L") - body.skeleton.head("upperarm01.R")
    return float(np.linalg.norm(across))


class Poser:
    """Knows a body; poses it after any take."""

    def __init__(self, body: Body, camera: Camera):
        self._skeleton, self._camera = body.skeleton, camera
        skin = body.vertices[body.groups["body"]]
        self._surface = BodySurface(skin)
        self._middle = shoulders_middle(body)
        self._width = shoulder_width(body)
        self._nose_height = _nose_tip(skin, body.skeleton.head("head")[1])[1] - self._middle[1]
        self._arms = {side: Arm.of(body.skeleton, side) for side in "LR"}
        self._hands = {side: HandRig(body.skeleton, side) for side in "LR"}

    def pose(self, tracks: Tracks) -> list[Turns]:
        """The turns of every frame of `tracks`."""
        stage = Stage(tracks, self._width, self._nose_height)
        frames = torso_turns(tracks)
        placements = [place(self._skeleton, turns) for turns in frames]
        for side in "LR":
            arm_frames = (
                self._hang(side, placements)
                if tracks.hands[side] is None
                else self._sign(side, tracks, stage, placements)
            )
            for turns, arm in zip(frames, arm_frames, strict=True):
                turns.update(arm)
        return frames

    def _hang(self, side: str, placements: list[Placement]) -> list[Turns]:
        arm, hand = self._arms[side], self._hands[side]
        frames = []
        for placement in placements:
            shoulder = placement.head(f"upperarm01.{side}")
            turns, forearm = arms.limb_turns(arm, shoulder, *arms.hanging(arm, shoulder))
            turns[f"lowerarm01.{side}"] = forearm
            frames.append(turns | hand.relaxed_turns(forearm @ hand.rest_palm))
        return frames

    def _sign(self, side: str, tracks: Tracks, stage: Stage, placements: list[Placement]) -> list[Turns]:
        arm, hand = self._arms[side], self._hands[side]
        landmarks = tracks.hands[side]
        aims = [self._aim(side, tracks, stage, i, placement) for i, placement in enumerate(placements)]
        shoulders = np.array([placement.head(f"upperarm01.{side}") for placement in placements])
        wrists = smooth_in_time(np.array([aim.wrist for aim in aims]), arms.WRIST_SMOOTHING)
        wrists = np.array([arms.within_reach(arm, *joints) for joints in zip(shoulders, wrists, strict=True)])
        elbows = np.array(
            [
                arms.bend_elbow(arm, shoulder, wrist, aim.elbow)
                for shoulder, wrist, aim in zip(shoulders, wrists, aims, strict=True)
            ]
        )
        elbows = arms.clear_elbows(shoulders, wrists, elbows, self._surface)
        limbs = [arms.limb_turns(arm, *joints) for joints in zip(shoulders, elbows, wrists, strict=True)]
        hand_turns = [aim.palm @ hand.rest_palm.T for aim in aims]
        twists = np.unwrap(
            [
                twist_angle(hand_turn @ forearm.T, wrist - elbow)
                for hand_turn, (_, forearm), wrist, elbow in zip(hand_turns, limbs, wrists, elbows, strict=True)
            ]
        )
        angles = hand.finger_angles(landmarks)
        frames = []
        for i, (turns, forearm) in enumerate(limbs):
            turns |= arms.forearm_turns(arm, forearm, wrists[i] - elbows[i], twists[i])
            turns[f"wrist.{side}"] = hand_turns[i]
            frames.append(turns | hand.turns(aims[i].palm, angles[i], landmarks[i]))
        return frames

    def _aim(self, side: str, tracks: Tracks, stage: Stage, i: int, placement: Placement) -> "_Aim":
        arm, hand = self._arms[side], self._hands[side]
        landmarks = tracks.hands[side][i]
        source_elbow, source_shoulder = tracks.pose[i, ELBOWS[side]], tracks.pose[i, SHOULDERS[side]]
        shoulder = placement.head(f"upperarm01.{side}")
        middle = (placement.head("upperarm01.L") + placement.head("upperarm01.R")) / 2

        offset = (source_elbow - source_shoulder)[:2] * stage.scale
        ahead = np.tanh(3 * (source_elbow[2] - source_shoulder[2]) / stage.source_width)
        elbow = arms.elbow_of(arm, shoulder, offset, float(np.clip(ahead, 0.2, 1)))
        elbow[2] = max(elbow[2], self._surface.front(elbow)[0] + arms.ELBOW_CLEARANCE)

        palm = palm_of(landmarks)
        knuckle = palm @ hand.rest_palm.T @ hand.knuckle_offset
        wrist = middle + stage.point(i, landmarks[9]) - knuckle
        wrist[2] = arms.wrist_depth(arm, elbow, wrist)
        tips = wrist + knuckle + (landmarks[list(FINGERTIPS)] - landmarks[9]) * stage.scale
        wrist = arms.push_clear(wrist, np.vstack([wrist, wrist + knuckle, tips]), self._surface)
        return _Aim(palm, self._camera.on_the_same_ray(wrist), elbow)


@dataclass(frozen=True)
class _Aim:
    palm: np.ndarray  # frame [3, 3]
    wrist: np.ndarray
    elbow: np.ndarray  # a hint for the plane in which the arm bends


def _nose_tip(skin: np.ndarray, head_y: float) -> np.ndarray:
    face = skin[(np.abs(skin[:, 0]) < 0.25) & (skin[:, 1] > head_y)]
    return face[face[:, 2].argmax()]
