"""`.pose` files (github.com/sign-language-processing/pose) with MediaPipe Holistic's points, read by `pose-format`.

A folder of them: sub-folder = label, or a `manifest.csv` that names them. Pixels there, image units here.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import archive, manifest
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.points import pick
from recognizer.datasets.recording import Recording, gathered
from recognizer.errors import DatasetError

if TYPE_CHECKING:
    from pose_format.pose_header import PoseHeader

SUFFIX = ".pose"
BODY = "POSE_LANDMARKS"
HANDS = {"left_hand": "LEFT_HAND_LANDMARKS", "right_hand": "RIGHT_HAND_LANDMARKS"}


def load(folder: Path) -> Dataset:
    """Reads every `.pose` file of `folder`. Raises DatasetError, one sentence naming the file, if one is damaged,
    empty, or has other points than MediaPipe Holistic's. The first person counts; confidence 0 is missing."""
    recordings = [_recording(folder / facts["clip"], facts) for facts in _files(folder)]
    return gathered(folder.name, recordings, source="pose-format, MediaPipe Holistic")


def _files(folder: Path) -> list[dict]:
    if (folder / manifest.NAME).exists():
        return [facts for _, facts in manifest.rows(folder / manifest.NAME)]
    paths = sorted(folder.rglob(f"*{SUFFIX}"))
    labels = ["" if path.parent == folder else path.parent.name for path in paths]
    return [{"clip": str(path.relative_to(folder)), "label": label} for path, label in zip(paths, labels, strict=True)]


def _recording(path: Path, facts: dict) -> Recording:
    from pose_format import Pose

    try:
        archive.check_size(path, path.stat().st_size)
        pose = Pose.read(path.read_bytes())
        size = np.array([pose.header.dimensions.width, pose.header.dimensions.height])
        order = _order(path, pose.header)
        frames, people = pose.body.data.shape[:2]
        if not frames or not people or not size.all():
            raise DatasetError(f"{path} has {frames} frames of {people} people, {size[0]}x{size[1]}: none may be 0.")
        points = pose.body.data[:, 0, :, :2].filled(np.nan) / size
    except FileNotFoundError:
        raise DatasetError(f"{path} does not exist, but {manifest.NAME} names it: mend the line.") from None
    except (*archive.DAMAGED, NotImplementedError, IndexError, AttributeError) as error:
        raise DatasetError(
            f"{path} cannot be read as .pose ({archive.first_line(error)}): fetch an intact copy."
        ) from None
    return Recording(pick(points, order), **(facts | {"fps": float(pose.body.fps) or np.nan}))


def _order(path: Path, header: "PoseHeader") -> np.ndarray:
    """Where our 54 points are among the file's, int [54], -1 for one that it lacks."""
    place, start = {}, 0
    for component in header.components:
        place |= {(component.name, point): start + index for index, point in enumerate(component.points)}
        start += len(component.points)
    from_body = [(BODY, name.upper()) for name in kp.POSE]
    from_hands = [(component, point) for component in HANDS.values() for point in HAND_POINTS]
    found = [place.get(key, -1) for key in (*from_body, *from_hands)]
    if max(found[kp.BODY]) < 0 or max(found[kp.BODY.stop :]) < 0:
        names = ", ".join(component.name for component in header.components) or "nothing"
        raise DatasetError(
            f"{path} holds {names[:200]} where {BODY} and {', '.join(HANDS.values())} are due: "
            "write it with MediaPipe Holistic."
        )
    return np.array([*found, -1])


FINGERS = ("INDEX_FINGER", "MIDDLE_FINGER", "RING_FINGER", "PINKY")
HAND_POINTS = (
    *("WRIST", "THUMB_CMC", "THUMB_MCP", "THUMB_IP", "THUMB_TIP"),
    *(f"{finger}_{joint}" for finger in FINGERS for joint in ("MCP", "PIP", "DIP", "TIP")),
)
"""MediaPipe's names of a hand's points, in its order."""
