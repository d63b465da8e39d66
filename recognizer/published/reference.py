"""The published normalisation point by point in plain Python, as its dataset class does it for every clip it loads.

Tests hold `preprocess.py` to it, and the speed bar (`recognizer.bench`) lets the published loop pay for it.
"""

import numpy as np

from recognizer import keypoints as kp

BODY = [*range(kp.BODY.start, kp.BODY.stop), kp.NECK]
HANDS = [range(hand.start, hand.stop) for hand in (kp.LEFT_HAND, kp.RIGHT_HAND)]

Clip = list[list[list[float]]]
"""[frames][54][x, y]"""


def normalise(keypoints: np.ndarray) -> np.ndarray:
    """Keypoints [frames, 54, 2] (image units, NaN where missing) -> float64 [frames, 108]."""
    missing = np.isnan(keypoints).any(-1, keepdims=True)
    upwards = keypoints.astype(float) * [1, -1] + [0, 1]
    clip = np.where(missing, 0.0, upwards).tolist()
    _normalise_body(clip)
    _normalise_hands(clip)
    return (np.array(clip) - 0.5).reshape(len(clip), -1)


def _normalise_body(clip: Clip) -> None:
    box = None
    for frame in clip:
        box = _body_box(frame) or box
        if box:
            _place(frame, BODY, *box)


def _body_box(frame: list[list[float]]) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top; None if the frame shows neither both shoulders nor neck and nose."""
    left, right = frame[kp.INDEX["left_shoulder"]], frame[kp.INDEX["right_shoulder"]]
    neck, nose, eye = frame[kp.NECK], frame[kp.INDEX["nose"]], frame[kp.INDEX["left_eye"]]
    if left[0] != 0 and right[0] != 0:
        unit = ((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2) ** 0.5
    elif neck[0] != 0 and nose[0] != 0:
        unit = ((neck[0] - nose[0]) ** 2 + (neck[1] - nose[1]) ** 2) ** 0.5
    else:
        return None
    top = eye[1] + unit
    return max(0, neck[0] - 3 * unit), max(0, top - 6 * unit), max(0, neck[0] + 3 * unit), max(0, top)


def _normalise_hands(clip: Clip) -> None:
    for hand in HANDS:
        for frame in clip:
            xs = [frame[i][0] for i in hand if frame[i][0] != 0]
            ys = [frame[i][1] for i in hand if frame[i][1] != 0]
            if not xs or not ys:
                continue
            width, height = max(xs) - min(xs), max(ys) - min(ys)
            if width > height:
                beside = 0.1 * width
                above = beside + (width - height) / 2
            else:
                above = 0.1 * height
                beside = above + (height - width) / 2
            _place(frame, hand, min(xs) - beside, min(ys) - above, max(xs) + beside, max(ys) + above)


def _place(frame: list[list[float]], points: list[int] | range, left, bottom, right, top) -> None:
    """Moves the seen `points` into the box, 0 to 1; a box without width or height moves nothing."""
    if right == left or top == bottom:
        return
    for i in points:
        x, y = frame[i]
        if x != 0:
            frame[i] = [(x - left) / (right - left), (y - bottom) / (top - bottom)]
