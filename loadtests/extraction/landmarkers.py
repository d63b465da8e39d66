"""MediaPipe's pose and hand landmarkers over the frames of a clip, as the site runs them: Tasks, VIDEO mode, CPU."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import floor
from pathlib import Path

import numpy as np
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python import BaseOptions, vision

from loadtests.extraction.sides import Hand, assign_hands

# Not 0: MediaPipe's one-euro filter takes a timestamp of 0 for "none yet" (edge_site/src/workers/mediapipe.ts).
FIRST_MS = 1


@dataclass(frozen=True, eq=False)
class Seen:
    """One frame, float32, image-normalised: pose [33, 2], left and right hand [21, 2]; None where not found."""

    pose: np.ndarray | None
    left: np.ndarray | None
    right: np.ndarray | None


class Landmarkers:
    """For one clip: in VIDEO mode a landmarker tracks and smooths, so the next clip needs new ones."""

    def __init__(self, pose: vision.PoseLandmarker, hands: vision.HandLandmarker) -> None:
        self._pose = pose
        self._hands = hands
        self._last = 0

    def detect(self, picture: np.ndarray, seconds: float) -> Seen:
        """picture: RGB uint8 [height, width, 3]. seconds: since the clip's first frame, rising."""
        # Whole milliseconds, halves upwards, as JavaScript rounds.
        self._last = max(self._last + 1, FIRST_MS + floor(seconds * 1000 + 0.5))
        image = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(picture))
        bodies = self._pose.detect_for_video(image, self._last).pose_landmarks
        pose = _points(bodies[0]) if bodies else None
        seen = self._hands.detect_for_video(image, self._last)
        hands = [
            Hand(_points(landmarks), "left" if opinion[0].category_name == "Left" else "right", opinion[0].score)
            for landmarks, opinion in zip(seen.hand_landmarks, seen.handedness, strict=True)
        ]
        height, width = picture.shape[:2]
        left, right = assign_hands(hands, pose, width / height)
        return Seen(pose, left and left.landmarks, right and right.landmarks)


@contextmanager
def open_landmarkers(pose_task: Path, hand_task: Path) -> Iterator[Landmarkers]:
    """The `.task` files are those that the site ships (scripts/landmarkers.py)."""

    def options(kind: type, task: Path, **more: object) -> object:
        base = BaseOptions(model_asset_path=str(task), delegate=BaseOptions.Delegate.CPU)
        return kind(base_options=base, running_mode=vision.RunningMode.VIDEO, **more)

    with (
        vision.PoseLandmarker.create_from_options(options(vision.PoseLandmarkerOptions, pose_task)) as pose,
        vision.HandLandmarker.create_from_options(
            options(vision.HandLandmarkerOptions, hand_task, num_hands=2)
        ) as hands,
    ):
        yield Landmarkers(pose, hands)


def _points(landmarks: list) -> np.ndarray:
    return np.array([(point.x, point.y) for point in landmarks], np.float32)
