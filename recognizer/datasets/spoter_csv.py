"""The CSV in which SPOTER's keypoints were published (WLASL100, LSA64; github.com/matyasbohacek/spoter).

One row a clip: `labels`, and for every point a list of its x and one of its y, a number a frame: `nose_X`,
`leftEye_Y`, `wrist_left_X`, ...; the hands are also called 0 (left) and 1 (right). (0, 0) is missing.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import archive
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.points import missing_as_nan, with_neck
from recognizer.datasets.recording import Recording, gathered
from recognizer.errors import DatasetError

LABEL = "labels"
FINGERS = {"thumb": ("CMC", "MP", "IP", "Tip")} | dict.fromkeys(
    ("index", "middle", "ring", "little"), ("MCP", "PIP", "DIP", "Tip")
)
HAND = ("wrist", *(finger + joint for finger, joints in FINGERS.items() for joint in joints))
"""The published names of a hand's points, in MediaPipe's order."""

POINTS_X = {f"{name}_X" for name in kp.NAMES}


def is_spoter(columns: list[str]) -> bool:
    """Whether a CSV with these columns is of this format."""
    return LABEL in columns and any(_point(column) in POINTS_X for column in columns)


def load(path: Path) -> Dataset:
    """Reads every row's clip. Raises DatasetError, one sentence naming file and line, for what is not as it must be.

    Where y points up, as with Apple's Vision, whose points were published, it is turned round so that heads are above
    shoulders, and a note says so.
    """
    with archive.read_text(path) as file:
        reader = csv.reader(file)
        columns = next(reader, [])
        if not is_spoter(columns):
            raise DatasetError(f"{path} has no column {LABEL!r} beside lists of points: give SPOTER's CSV format.")
        place = {_point(column): index for index, column in enumerate(columns)}
        recordings = [_recording(path, reader.line_num, row, columns, place) for row in reader if row]
    if not recordings:
        raise DatasetError(f"{path} holds no row: fetch an intact copy.")
    turned = _upside_down(recordings)
    if turned:
        for recording in recordings:
            recording.keypoints[..., 1] = 1 - recording.keypoints[..., 1]
    dataset = gathered(path.stem, recordings, source=f"SPOTER CSV {path.name}")
    return dataset.noted("y pointed up in this file and is turned round.") if turned else dataset


def _point(column: str) -> str:
    """`indexDIP_left_X`, `indexDIP_Left_X` and `indexDIP_0_X` are our `left_hand_7_X`, `leftEye_Y` our `left_eye_Y`."""
    name, _, axis = column.rpartition("_")
    stem, _, side = name.rpartition("_")
    hand = {"left": "left_hand", "0": "left_hand", "right": "right_hand", "1": "right_hand"}.get(side.lower())
    if hand and stem in HAND:
        return f"{hand}_{HAND.index(stem)}_{axis}"
    for side in ("left", "right"):
        if name.startswith(side):
            return f"{side}_{name.removeprefix(side).lower()}_{axis}"
    return column


def _recording(path: Path, line: int, row: list[str], columns: list[str], place: dict[str, int]) -> Recording:
    where = f"{path}, line {line}"
    if len(row) != len(columns):
        raise DatasetError(f"{where} has {len(row)} of {len(columns)} columns: the file was cut off or changed.")
    numbers = dict(_numbers(where, row, columns, place))
    frames = {len(values) for values in numbers.values()}
    if len(frames) != 1 or frames == {0}:
        raise DatasetError(
            f"{where} has lists of {' and '.join(map(str, sorted(frames)))} frames: all must be as long."
        )
    keypoints = np.zeros((frames.pop(), kp.COUNT, 2))
    for index, name in enumerate(kp.NAMES):
        if {f"{name}_X", f"{name}_Y"} <= numbers.keys():
            keypoints[:, index, 0], keypoints[:, index, 1] = numbers[f"{name}_X"], numbers[f"{name}_Y"]
    facts = {name: row[place[name]].strip() for name in ("signer", "session") if name in place}
    fps = _numbers_of(row[place["video_fps"]]) if "video_fps" in place else None
    return Recording(
        with_neck(missing_as_nan(keypoints)),
        clip=f"{path.stem}, line {line}",
        label=row[place[LABEL]],
        fps=float(fps) if isinstance(fps, int | float) and fps > 0 else np.nan,
        **facts,
    )


def _numbers(where: str, row: list[str], columns: list[str], place: dict[str, int]) -> Iterator[tuple[str, np.ndarray]]:
    for name in kp.NAMES:
        for key in (f"{name}_X", f"{name}_Y"):
            if key in place:
                values = _numbers_of(row[place[key]])
                try:
                    numbers = np.array(values, dtype=np.float64) if isinstance(values, list) else None
                except (ValueError, TypeError, OverflowError):
                    numbers = None
                if numbers is None or numbers.ndim != 1:
                    raise DatasetError(f"{where}: {columns[place[key]]} is no list of numbers: fetch an intact copy.")
                yield key, numbers


def _numbers_of(text: str):
    """The list that Python wrote, or None. As JSON, so that nothing in it is run."""
    try:
        return json.loads(text.replace("nan", "NaN").replace("None", "NaN"))
    except (ValueError, RecursionError):
        return None


def _upside_down(recordings: list[Recording]) -> bool:
    """Whether most noses are below the shoulders."""
    shoulders = [kp.INDEX["left_shoulder"], kp.INDEX["right_shoulder"]]
    below = np.concatenate([r.keypoints[:, 0, 1] - r.keypoints[:, shoulders, 1].mean(1) for r in recordings])
    below = below[np.isfinite(below)]
    return bool(len(below)) and float((below > 0).mean()) > 0.5
