"""`python -m loadtests.extraction.python_worker`: clips in, keypoints out, one JSON line each, until stdin ends.

First line out: `{"identity": {...}}`. Then for every `{"clip", "fps"}` one `{"keypoints": base64 of little-endian
float32, "width", "height", "rate", "duration"}`, or `{"error": {"code", "message"}}`. A process of its own, because
MediaPipe holds a core, logs to stderr as it likes, and might crash; with its parent gone, stdin ends and so does it.
"""

import base64
import hashlib
import json
import os
import platform
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from infra.commands import SHIPPED_BUNDLE
from loadtests.extraction import assemble, frames, landmarkers, sampling, sides
from loadtests.extraction.errors import ClipRefused
from loadtests.extraction.task_files import HAND_TASK, POSE_TASK, task_file
from recognizer import bundle as bundles

RULES = (assemble, frames, landmarkers, sampling, sides)


def main() -> None:
    # The parent decides when this ends; a Ctrl-C in the terminal reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Only answers may reach the parent's pipe, whatever a library prints.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    bundle = bundles.load(SHIPPED_BUNDLE)

    def answer(what: dict[str, Any]) -> None:
        print(json.dumps(what), file=answers, flush=True)

    answer({"identity": identity()})
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer(extract(Path(ask["clip"]), ask["fps"], bundle))
        except ClipRefused as refusal:
            answer({"error": {"code": refusal.code, "message": str(refusal)}})


def identity() -> dict[str, Any]:
    """What decides the keypoints, besides clip and options: versions, landmarker files, and this project's rules."""
    rules = b"".join(Path(rule.__file__).read_bytes() for rule in RULES)
    tasks = {name: _sha256(task_file(name).read_bytes()) for name in (POSE_TASK, HAND_TASK)}
    packages = {name: version(name) for name in ("mediapipe", "av")}
    return {"versions": packages, "machine": platform.machine(), "tasks": tasks, "rules": _sha256(rules)}


def extract(clip: Path, fps: float, bundle: bundles.Bundle) -> dict[str, Any]:
    """Raises ClipRefused."""
    rows, found = [], {"pose": 0, "hands": 0}
    with (
        frames.open_clip(clip, fps, bundle.max_frames) as opened,
        landmarkers.open_landmarkers(task_file(POSE_TASK), task_file(HAND_TASK)) as looking,
    ):
        for seconds, picture in opened.frames:
            seen = looking.detect(picture, seconds)
            found["pose"] += seen.pose is not None
            found["hands"] += seen.left is not None or seen.right is not None
            rows.append(assemble.assemble(bundle.keypoints, seen.pose, seen.left, seen.right))
    if not found["pose"]:
        raise ClipRefused("no_person", f"No person was found in {clip.name}: face and hands must be in the picture.")
    if not found["hands"]:
        raise ClipRefused("no_hands", f"No hand was found in {clip.name}: both hands must be wholly in the picture.")
    return {
        "keypoints": base64.b64encode(np.stack(rows).astype("<f4").tobytes()).decode(),
        "width": opened.width,
        "height": opened.height,
        "rate": opened.rate,
        "duration": opened.duration,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
