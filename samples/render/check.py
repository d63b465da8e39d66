"""Does MediaPipe find the rendered signers, and does the shipped model know the signs?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from recognizer.bundle import Bundle

from .encode import FPS, decode
from .landmarks import Landmarks, as_keypoints, collect, find_landmarks
from .manifest import Row

SIGNING_HAND = "R"  # every planned take is signed with the right hand, or with both
LEAST_POSE, LEAST_HAND = 0.98, 0.90  # share of frames, over all clips
CLASSIFIED_FPS = 15  # what the site samples


@dataclass(frozen=True)
class Checked:
    row: Row
    pose: int  # frames in which it was found
    signing_hand: int
    other_hand: int
    ranking: tuple[str, ...]  # labels, likeliest first

    @property
    def rank(self) -> int:
        """1 when the clip's own label is the likeliest; past the last label when the model has no such label."""
        return (*self.ranking, self.row.label).index(self.row.label) + 1


class Recogniser:
    """The bundle's default model in ONNX Runtime."""

    def __init__(self, bundle: Bundle):
        self._bundle = bundle
        self._session = onnxruntime.InferenceSession(str(bundle.model().path), providers=["CPUExecutionProvider"])

    def rank(self, landmarks: Landmarks) -> tuple[str, ...]:
        """The labels, likeliest first, for a clip's landmarks thinned to CLASSIFIED_FPS."""
        frames = len(landmarks.pose)
        kept = np.round(np.arange(0, frames, FPS / CLASSIFIED_FPS)).astype(int)
        keypoints = as_keypoints(landmarks, self._bundle.keypoints)[kept[kept < frames]]
        (logits,) = self._session.run([self._bundle.output_name], {self._bundle.input_name: keypoints})
        return tuple(self._bundle.labels[i] for i in np.argsort(-logits))


def check_clip(folder: Path, row: Row, recogniser: Recogniser, seen: Callable[[], None]) -> Checked:
    """Looks at every frame of one clip; `seen` is called after each. Raises ClipError, AssetError."""
    found = []
    for frame in find_landmarks(decode(folder / row.clip), FPS):
        found.append(frame)
        seen()
    landmarks = collect(found)
    hands = {side: int(landmarks.found(hand).sum()) for side, hand in landmarks.hands.items()}
    return Checked(
        row,
        pose=int(landmarks.found(landmarks.pose).sum()),
        signing_hand=hands.pop(SIGNING_HAND),
        other_hand=hands.popitem()[1],
        ranking=recogniser.rank(landmarks),
    )


def meets_bars(checked: list[Checked]) -> bool:
    """Whether pose and signing hand are found often enough over all clips."""
    frames = sum(clip.row.frames for clip in checked)
    pose, hand = sum(clip.pose for clip in checked), sum(clip.signing_hand for clip in checked)
    return pose >= LEAST_POSE * frames and hand >= LEAST_HAND * frames
