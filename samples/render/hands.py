"""From 21 hand landmarks to the turns of the finger bones.

Four fingers bend in their own plane: one spread and three flexions each, held within what a finger can do, since the
depth of a landmark is too noisy to be followed freely. The thumb follows its landmarks' directions.
"""

import numpy as np

from .body import Skeleton
from .motion import smooth_in_time
from .rig import Turns
from .vectors import X_AXIS, Z_AXIS, palm_frame, rotation, shortest_arc, unit, wrap

FINGERS = (2, 3, 4, 5)  # index to little finger, as the rig counts; the thumb is 1
SEGMENTS = (1, 2, 3)
# Flexion of knuckle, middle and end joint: (least, most, middle of the range that the angle is read in).
FLEXION = ((-0.45, 1.7, 0.5), (0.0, 1.9, 0.9), (0.0, 1.3, 0.6))
MAX_SPREAD = 0.4
SPREAD_SEEN_BELOW = 1.0  # a finger bent further at the knuckle does not show its spread
RELAXED = np.array([0.25, 0.75, 1.45])  # added flexion of the three segments of a hanging hand
SMOOTHING = 1.5  # frames


def palm_of(landmarks: np.ndarray) -> np.ndarray:
    """The palm's frame (side, forward, normal) of `landmarks` [21, 3]."""
    return palm_frame(landmarks[9] - landmarks[0], landmarks[5] - landmarks[17])


class HandRig:
    """One hand of a skeleton."""

    def __init__(self, skeleton: Skeleton, side: str):
        self._skeleton, self._side = skeleton, side
        joint = skeleton.head
        wrist, index, middle, little = (
            joint(f"{name}.{side}") for name in ("wrist", "finger2-1", "finger3-1", "finger5-1")
        )
        self.rest_palm = palm_frame(middle - wrist, index - little)
        self.knuckle_offset = middle - wrist
        rest = {finger: [self._rest_direction(finger, segment) for segment in SEGMENTS] for finger in FINGERS}
        self._rest_pitch = {
            finger: np.unwrap([np.arctan2(d[2], d[1]) for d in directions]) for finger, directions in rest.items()
        }
        self._rest_spread = {finger: np.arcsin(directions[0][0]) for finger, directions in rest.items()}
        # The palm's normal points to the back of one hand and out of the palm of the other.
        self._curl = np.sign(self._rest_pitch[3][2] - self._rest_pitch[3][0])

    def finger_angles(self, landmarks: np.ndarray) -> np.ndarray:
        """[frames, 21, 3] -> [frames, 4 fingers, (three flexions, spread)], smooth in time."""
        angles = np.array([[self._angles(hand, finger) for finger in FINGERS] for hand in landmarks])
        return smooth_in_time(angles.reshape(len(angles), -1), SMOOTHING).reshape(angles.shape)

    def turns(self, palm: np.ndarray, angles: np.ndarray, landmarks: np.ndarray) -> Turns:
        """The finger bones' turns for a palm frame, the `angles` [4, 4] of one frame and its landmarks [21, 3]."""
        turns = self._thumb_turns(palm, landmarks)
        for finger, (*flexions, spread) in zip(FINGERS, angles, strict=True):
            self._bend(turns, palm, finger, self._curl * np.cumsum(flexions), spread)
        return turns

    def relaxed_turns(self, palm: np.ndarray) -> Turns:
        """The finger bones' turns of a hand that hangs."""
        turns: Turns = {}
        for finger in FINGERS:
            pitch = self._rest_pitch[finger] + self._curl * RELAXED
            self._bend(turns, palm, finger, pitch, self._rest_spread[finger])
        return turns

    def _bone(self, finger: int, segment: int) -> str:
        return f"finger{finger}-{segment}.{self._side}"

    def _rest_direction(self, finger: int, segment: int) -> np.ndarray:
        bone = self._bone(finger, segment)
        return self.rest_palm.T @ unit(self._skeleton.tail(bone) - self._skeleton.head(bone))

    def _angles(self, hand: np.ndarray, finger: int) -> list[float]:
        joints = hand[4 * finger - 3 : 4 * finger + 1]
        directions = unit(np.diff(joints, axis=0)) @ palm_of(hand)
        pitch = self._curl * np.arctan2(directions[:, 2], directions[:, 1])
        raw = np.diff(pitch, prepend=0.0)
        flexions = [
            float(np.clip(wrap(angle, middle), least, most))
            for angle, (least, most, middle) in zip(raw, FLEXION, strict=True)
        ]
        spread = self._rest_spread[finger]
        if abs(flexions[0]) < SPREAD_SEEN_BELOW:
            spread = np.clip(np.arcsin(np.clip(directions[0, 0], -1, 1)), -MAX_SPREAD, MAX_SPREAD)
        return [*flexions, float(spread)]

    def _bend(self, turns: Turns, palm: np.ndarray, finger: int, pitch: np.ndarray, spread: float) -> None:
        # A finger bends in its own plane: take the rest pose's spread out, bend, put the wanted spread in.
        aligned = rotation(Z_AXIS, self._rest_spread[finger]) @ self.rest_palm.T
        spread_out = palm @ rotation(Z_AXIS, -spread)
        for segment, angle in zip(SEGMENTS, pitch - self._rest_pitch[finger], strict=True):
            turns[self._bone(finger, segment)] = spread_out @ rotation(X_AXIS, angle) @ aligned

    def _thumb_turns(self, palm: np.ndarray, landmarks: np.ndarray) -> Turns:
        turns: Turns = {}
        turn = palm @ self.rest_palm.T
        for segment in SEGMENTS:
            bone = self._bone(1, segment)
            along = turn @ (self._skeleton.tail(bone) - self._skeleton.head(bone))
            turn = shortest_arc(along, landmarks[segment + 1] - landmarks[segment]) @ turn
            turns[bone] = turn
        return turns
