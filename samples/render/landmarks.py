"""MediaPipe's pose and hand landmarkers over every frame of a clip, as the site runs them: Tasks, video mode."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python import BaseOptions, vision

from .assets import landmarker

POSE_MODEL, HAND_MODEL = "pose_landmarker_full.task", "hand_landmarker.task"
POSE_WRISTS = {"L": 15, "R": 16}


@dataclass(frozen=True)
class Landmarks:
    """Image-normalised x, y; NaN where nothing was found. Left and right are the person's own."""

    pose: np.ndarray  # float32 [frames, 33, 2]
    hands: dict[str, np.ndarray]  # "L", "R": float32 [frames, 21, 2]

    def found(self, part: np.ndarray) -> np.ndarray:
        """bool [frames]: whether `part` was found."""
        return ~np.isnan(part).all(axis=(1, 2))


def find_landmarks(pictures: Iterable[np.ndarray], fps: float) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pose [33, 2], left and right hand [21, 2] of each of `pictures` (RGB uint8 [height, width, 3])."""
    pose_options = _options(vision.PoseLandmarkerOptions, POSE_MODEL)
    hand_options = _options(vision.HandLandmarkerOptions, HAND_MODEL, num_hands=2)
    with (
        vision.PoseLandmarker.create_from_options(pose_options) as pose,
        vision.HandLandmarker.create_from_options(hand_options) as hands,
    ):
        for i, picture in enumerate(pictures):
            image = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(picture))
            time = round(i * 1000 / fps)
            bodies = pose.detect_for_video(image, time).pose_landmarks
            body = _points(bodies[0]) if bodies else np.full((33, 2), np.nan, np.float32)
            found = [_points(hand) for hand in hands.detect_for_video(image, time).hand_landmarks]
            yield body, *_by_side(found, body)


def collect(frames: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Landmarks:
    pose, left, right = (np.stack(part) for part in zip(*frames, strict=True))
    return Landmarks(pose, {"L": left, "R": right})


def as_keypoints(landmarks: Landmarks, layout: tuple[dict, ...]) -> np.ndarray:
    """float32 [frames, points, 2] in the order of a bundle manifest's `keypoints`."""
    parts = {"pose": landmarks.pose, "left_hand": landmarks.hands["L"], "right_hand": landmarks.hands["R"]}
    columns = {point["name"]: parts[point["part"]][:, point["index"]] for point in layout if point["part"] in parts}
    for point in layout:
        if point["part"] == "midpoint":
            columns[point["name"]] = np.mean([columns[name] for name in point["of"]], axis=0)
    return np.stack([columns[point["name"]] for point in layout], axis=1).astype(np.float32)


def _options(kind: type, model: str, **more) -> object:
    base = BaseOptions(model_asset_path=str(landmarker(model)))
    return kind(base_options=base, running_mode=vision.RunningMode.VIDEO, **more)


def _points(landmarks: list) -> np.ndarray:
    return np.array([(point.x, point.y) for point in landmarks], np.float32)


def _by_side(hands: list[np.ndarray], pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Left and right of at most two hands, so that they are nearest to the pose's wrists; none without a pose."""
    missing = np.full((21, 2), np.nan, np.float32)
    if not hands or np.isnan(pose).any():
        return missing, missing
    pairs = [tuple(hands), tuple(hands[::-1])] if len(hands) > 1 else [(hands[0], missing), (missing, hands[0])]
    wrists = pose[[POSE_WRISTS["L"], POSE_WRISTS["R"]]]

    def distance(pair: tuple[np.ndarray, np.ndarray]) -> float:
        return np.nansum(np.linalg.norm(np.stack([hand[0] for hand in pair]) - wrists, axis=1))

    return min(pairs, key=distance)
