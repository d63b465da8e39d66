"""MediaPipe's pose and hand landmarkers over every frame of a clip, as keypoint extraction and the site run them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from loadtests.extraction.assemble import assemble
from loadtests.extraction.landmarkers import Seen, open_landmarkers
from loadtests.extraction.task_files import HAND_TASK, POSE_TASK

from .assets import landmarker


@dataclass(frozen=True)
class Landmarks:
    """Image-normalised x, y; NaN where nothing was found. Left and right are the person's own."""

    pose: np.ndarray  # float32 [frames, 33, 2]
    hands: dict[str, np.ndarray]  # "L", "R": float32 [frames, 21, 2]

    def found(self, part: np.ndarray) -> np.ndarray:
        """bool [frames]: whether `part` was found."""
        return ~np.isnan(part).all(axis=(1, 2))


def find_landmarks(pictures: Iterable[np.ndarray], fps: float) -> Iterator[Seen]:
    """What is seen in each of `pictures` (RGB uint8 [height, width, 3])."""
    with open_landmarkers(landmarker(POSE_TASK), landmarker(HAND_TASK)) as landmarkers:
        for i, picture in enumerate(pictures):
            yield landmarkers.detect(picture, i / fps)


def collect(frames: list[Seen]) -> Landmarks:
    def stack(parts: list[np.ndarray | None], points: int) -> np.ndarray:
        missing = np.full((points, 2), np.nan, np.float32)
        return np.stack([missing if part is None else part for part in parts])

    hands = {"L": stack([seen.left for seen in frames], 21), "R": stack([seen.right for seen in frames], 21)}
    return Landmarks(stack([seen.pose for seen in frames], 33), hands)


def as_keypoints(landmarks: Landmarks, layout: tuple[dict, ...]) -> np.ndarray:
    """float32 [frames, points, 2] in the order of a bundle manifest's `keypoints`."""
    frames = zip(landmarks.pose, landmarks.hands["L"], landmarks.hands["R"], strict=True)
    return np.stack([assemble(layout, *frame) for frame in frames])
