"""The published normalisation point by point, as its dataset class does it in Python for every clip that it hands out.

Tests hold `preprocess.py` to it, and the speed bar (`recognizer.bench`) lets the published loop pay for it: like there,
a clip is a dictionary of points, each an array of places that is read and written one by one.
"""

import numpy as np

from recognizer import keypoints as kp

BODY = [*range(kp.BODY.start, kp.BODY.stop), kp.NECK]
HANDS = [range(hand.start, hand.stop) for hand in (kp.LEFT_HAND, kp.RIGHT_HAND)]

Clip = dict[int, np.ndarray]
"""Keypoint -> [frames, 2], y upwards, (0, 0) where missing."""


def normalise(keypoints: np.ndarray) -> np.ndarray:
    """Keypoints [frames, 54, 2] (image units, NaN where missing) -> float64 [frames, 108]."""
    missing = np.isnan(keypoints).any(-1, keepdims=True)
    upwards = np.where(missing, 0.0, keypoints.astype(float) * [1, -1] + [0, 1])
    clip = {i: upwards[:, i] for i in range(kp.COUNT)}
    _normalise_body(clip, len(keypoints))
    _normalise_hands(clip, len(keypoints))
    normalised = np.empty_like(upwards)
    for i, places in clip.items():
        for axis in (0, 1):
            normalised[:, i, axis] = [place[axis] for place in places]
    return (normalised - 0.5).reshape(len(normalised), -1)


def _normalise_body(clip: Clip, frames: int) -> None:
    box = None
    for frame in range(frames):
        box = _body_box(clip, frame) or box
        if box:
            _place(clip, frame, BODY, *box)


def _body_box(clip: Clip, frame: int) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top; None if the frame shows neither both shoulders nor neck and nose."""
    names = ("left_shoulder", "right_shoulder", "neck", "nose", "left_eye")
    left, right, neck, nose, eye = (clip[kp.INDEX[name]][frame] for name in names)
    if left[0] != 0 and right[0] != 0:
        unit = ((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2) ** 0.5
    elif neck[0] != 0 and nose[0] != 0:
        unit = ((neck[0] - nose[0]) ** 2 + (neck[1] - nose[1]) ** 2) ** 0.5
    else:
        return None
    top = eye[1] + unit
    return max(0, neck[0] - 3 * unit), max(0, top - 6 * unit), max(0, neck[0] + 3 * unit), max(0, top)


def _normalise_hands(clip: Clip, frames: int) -> None:
    for hand in HANDS:
        for frame in range(frames):
            xs = [clip[i][frame][0] for i in hand if clip[i][frame][0] != 0]
            ys = [clip[i][frame][1] for i in hand if clip[i][frame][1] != 0]
            if not xs or not ys:
                continue
            width, height = max(xs) - min(xs), max(ys) - min(ys)
            if width > height:
                beside = 0.1 * width
                above = beside + (width - height) / 2
            else:
                above = 0.1 * height
                beside = above + (height - width) / 2
            _place(clip, frame, hand, min(xs) - beside, min(ys) - above, max(xs) + beside, max(ys) + above)


def _place(clip: Clip, frame: int, points: list[int] | range, left, bottom, right, top) -> None:
    """Moves the seen `points` of a frame into the box, 0 to 1; a box without width or height moves nothing."""
    if right == left or top == bottom:
        return
    for i in points:
        if clip[i][frame][0] != 0:
            clip[i][frame][0] = (clip[i][frame][0] - left) / (right - left)
            clip[i][frame][1] = (clip[i][frame][1] - bottom) / (top - bottom)
