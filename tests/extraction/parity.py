"""Raw landmarks and what the rules make of them, for Python and TypeScript alike: writes `parity.json`.

`python -m tests.extraction.parity` after a rule has changed on purpose; then both suites must pass
(`test_parity.py`, `edge_site/tests/parity.test.ts`), which is the proof that they follow the same rule.
"""

import json
import math
from pathlib import Path

import numpy as np

from loadtests.extraction.assemble import assemble
from loadtests.extraction.errors import ClipRefused
from loadtests.extraction.sampling import Sampler, fitting_fps
from loadtests.extraction.sides import Hand, assign_hands

FILE = Path(__file__).parent / "parity.json"
# Every kind of point, the midpoint before what it is made of; 54 points would only make the file longer.
LAYOUT = [
    {"name": "neck", "part": "midpoint", "of": ["left_shoulder", "right_shoulder"]},
    {"name": "nose", "part": "pose", "index": 0},
    {"name": "left_shoulder", "part": "pose", "index": 11},
    {"name": "right_shoulder", "part": "pose", "index": 12},
    {"name": "right_wrist", "part": "pose", "index": 16},
    {"name": "left_hand_0", "part": "left_hand", "index": 0},
    {"name": "left_hand_20", "part": "left_hand", "index": 20},
    {"name": "right_hand_0", "part": "right_hand", "index": 0},
    {"name": "right_hand_8", "part": "right_hand", "index": 8},
]
CASES = 60


def written(values: np.ndarray | None) -> list | None:
    """JSON without the digits that float32 makes up."""
    return None if values is None else [round(float(value), 4) for value in values.reshape(-1)]


def raw_frames() -> list[dict]:
    """People and hands at random: lost, swapped, doubled, touching, contradicted by their handedness."""
    generator = np.random.default_rng(7)
    frames = []
    for number in range(CASES):
        pose = generator.uniform(0.3, 0.7, (33, 2))
        # From wide shoulders to shoulders that coincide.
        pose[11:13, 1] = 0.4
        pose[11:13, 0] = 0.5 + np.array([1, -1]) * generator.choice([0.1, 0.05, 0.02, 0.0])
        wrists = pose[[15, 16]]
        hands = []
        for _ in range(generator.integers(0, 4)):
            near = wrists[generator.integers(2)] + generator.normal(0, generator.choice([0.01, 0.1]), 2)
            if hands and generator.random() < 0.5:  # the same hand again, or nearly
                aside = generator.choice([0.003, 0.008, 0.014, 0.02])
                points = np.reshape(hands[-1]["landmarks"], (21, 2)) + generator.normal(0, aside, 2)
            else:
                points = near + generator.normal(0, 0.04, (21, 2)) * (np.arange(21)[:, None] > 0)
            side = "Left" if generator.random() < 0.5 else "Right"
            score = round(float(generator.uniform(0.5, 1)), 2)
            hands.append({"landmarks": written(points), "handedness": side, "score": score})
        frames.append(
            {
                "pose": None if number % 8 == 0 else written(pose),
                "hands": hands,
                "aspect": round(float(generator.choice([4 / 3, 16 / 9, 9 / 16, 1])), 4),
            }
        )
    return frames


def row(frame: dict) -> list[float | None]:
    """The keypoints of one raw frame by the Python rules; None where missing."""
    pose = None if frame["pose"] is None else np.array(frame["pose"], np.float32).reshape(33, 2)
    hands = [
        Hand(np.array(hand["landmarks"], np.float32).reshape(21, 2), hand["handedness"].lower(), hand["score"])
        for hand in frame["hands"]
    ]
    left, right = assign_hands(hands, pose, frame["aspect"])
    keypoints = assemble(LAYOUT, pose, left and left.landmarks, right and right.landmarks)
    return [None if math.isnan(value) else value for value in keypoints.reshape(-1).tolist()]


def recordings() -> list[dict]:
    """Timestamps as containers have them: exact, rounded to milliseconds, uneven, late, slower than asked for."""
    generator = np.random.default_rng(8)
    recorded = []
    for camera, asked, start in (
        (30, 15, 0),
        (25, 15, 0.7),
        (29.97, 10, 0),
        (30, 7.5, 1.234),
        (10, 15, 0),
        (30, 120, 0),
    ):
        exact = start + np.arange(40) / camera
        shaken = np.sort(exact + generator.uniform(-0.3, 0.3, 40) / camera)
        for times in (exact, np.round(exact, 3), shaken):
            recorded.append({"fps": asked, "timestamps": [round(float(time), 6) for time in times]})
    return recorded


def kept(recording: dict) -> list[int]:
    sampler = Sampler(recording["fps"])
    return [k for k, time in enumerate(recording["timestamps"]) if sampler.keep(time)]


LENGTHS = [(15, 2, 300), (15, 40, 300), (120, 7.8, 300), (4, 74, 300), (15, 59.9, 300), (15, 60, 300), (4, 80, 300)]


def fitting(fps: float, duration: float, max_frames: int) -> float | None:
    """None where the clip is too long."""
    try:
        return fitting_fps("clip.mp4", fps, duration, max_frames)
    except ClipRefused:
        return None


def everything() -> dict:
    return {
        "layout": LAYOUT,
        "frames": [frame | {"row": row(frame)} for frame in raw_frames()],
        "recordings": [recording | {"kept": kept(recording)} for recording in recordings()],
        "lengths": [
            {"fps": fps, "duration": duration, "maxFrames": most, "fitting": fitting(fps, duration, most)}
            for fps, duration, most in LENGTHS
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(everything(), separators=(",", ":")).replace('{"pose"', '\n{"pose"') + "\n")
