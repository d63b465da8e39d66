"""One arm with its hand through a whole clip: it signs, or it hangs."""

from dataclasses import dataclass

import numpy as np

from . import arms
from .arms import Arm
from .body import Skeleton
from .camera import Camera
from .hands import HandRig, palm_of
from .motion import Tracks, smooth_in_time
from .rig import Placement, Turns
from .stage import ELBOWS, SHOULDERS, Stage
from .surface import BodySurface
from .vectors import twist_angle

FINGERTIPS = (4, 8, 12, 16, 20)
# A webcam signer's elbow is seldom behind the shoulder and its depth is noisy, so depth only says how far ahead it is.
AHEAD_GAIN, AHEAD_LEAST = 3.0, 0.2


@dataclass(frozen=True)
class _Aim:
    """What one frame of the take asks of the arm; points in body space."""

    palm: np.ndarray  # frame [3, 3]
    wrist: np.ndarray
    elbow: np.ndarray  # a hint for the plane in which the arm bends


class Limb:
    """The arm of one side of a body."""

    def __init__(self, skeleton: Skeleton, side: str, surface: BodySurface, camera: Camera):
        self._side, self._surface, self._camera = side, surface, camera
        self._arm = Arm.of(skeleton, side)
        self._hand = HandRig(skeleton, side)

    def hang(self, placements: list[Placement]) -> list[Turns]:
        """The turns of an arm at rest, on a torso that is placed by `placements`."""
        frames = []
        for shoulder in self._shoulders(placements):
            turns, forearm = arms.limb_turns(self._arm, shoulder, *arms.hanging(self._arm, shoulder))
            turns[f"lowerarm01.{self._side}"] = forearm
            frames.append(turns | self._hand.relaxed_turns(forearm @ self._hand.rest_palm))
        return frames

    def sign(self, tracks: Tracks, stage: Stage, placements: list[Placement]) -> list[Turns]:
        """The turns of an arm that repeats its side of `tracks`."""
        landmarks = tracks.hands[self._side]
        aims = [self._aim(tracks, stage, i, placement) for i, placement in enumerate(placements)]
        shoulders = self._shoulders(placements)
        elbows, wrists = self._joints(aims, shoulders)
        limbs = [arms.limb_turns(self._arm, *joints) for joints in zip(shoulders, elbows, wrists, strict=True)]
        forearms = [forearm for _, forearm in limbs]
        wrist_turns = [aim.palm @ self._hand.rest_palm.T for aim in aims]
        along = wrists - elbows
        relative = [turn @ forearm.T for turn, forearm in zip(wrist_turns, forearms, strict=True)]
        # Unwrapped, so that a hand near half a turn does not flip the forearm from one frame to the next.
        twists = np.unwrap([twist_angle(turn, axis) for turn, axis in zip(relative, along, strict=True)])
        fingers = self._hand.finger_angles(landmarks)
        return [
            upper
            | arms.forearm_turns(self._arm, forearms[i], along[i], twists[i])
            | {f"wrist.{self._side}": wrist_turns[i]}
            | self._hand.turns(aims[i].palm, fingers[i], landmarks[i])
            for i, (upper, _) in enumerate(limbs)
        ]

    def _shoulders(self, placements: list[Placement]) -> np.ndarray:
        return np.array([placement.head(f"upperarm01.{self._side}") for placement in placements])

    def _joints(self, aims: list[_Aim], shoulders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Elbows and wrists [frames, 3], smooth in time, within reach and out of the trunk."""
        wrists = smooth_in_time(np.array([aim.wrist for aim in aims]), arms.WRIST_SMOOTHING)
        wrists = np.array([arms.within_reach(self._arm, *ends) for ends in zip(shoulders, wrists, strict=True)])
        bent = zip(shoulders, wrists, (aim.elbow for aim in aims), strict=True)
        elbows = np.array([arms.bend_elbow(self._arm, *joints) for joints in bent])
        return arms.clear_elbows(shoulders, wrists, elbows, self._surface), wrists

    def _aim(self, tracks: Tracks, stage: Stage, frame: int, placement: Placement) -> _Aim:
        landmarks = tracks.hands[self._side][frame]
        shoulder = placement.head(f"upperarm01.{self._side}")
        elbow = self._aimed_elbow(tracks.pose[frame], stage, shoulder)
        palm = palm_of(landmarks)
        knuckle = palm @ self._hand.rest_palm.T @ self._hand.knuckle_offset
        middle = (placement.head("upperarm01.L") + placement.head("upperarm01.R")) / 2
        wrist = middle + stage.point(frame, landmarks[9]) - knuckle
        wrist[2] = arms.wrist_depth(self._arm, elbow, wrist)
        tips = wrist + knuckle + (landmarks[list(FINGERTIPS)] - landmarks[9]) * stage.scale
        wrist = arms.push_clear(wrist, np.vstack([wrist, wrist + knuckle, tips]), self._surface)
        return _Aim(palm, self._camera.on_the_same_ray(wrist + knuckle) - knuckle, elbow)

    def _aimed_elbow(self, pose: np.ndarray, stage: Stage, shoulder: np.ndarray) -> np.ndarray:
        offset = pose[ELBOWS[self._side]] - pose[SHOULDERS[self._side]]
        ahead = float(np.clip(np.tanh(AHEAD_GAIN * offset[2] / stage.source_width), AHEAD_LEAST, 1))
        elbow = arms.elbow_of(self._arm, shoulder, offset[:2] * stage.scale, ahead)
        elbow[2] = max(elbow[2], self._surface.front(elbow)[0] + arms.ELBOW_CLEARANCE)
        return elbow
