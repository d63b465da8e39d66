"""ConnectingPoints HDF5, in which the keypoints of the Peruvian AEC and DGI305 datasets circulate.

One group a clip, "0", "1", ...: `data` float [frames, 2, points] or [frames, points, 2] (x, y in image units), `label`
and `video_name` strings (github.com/JoeNatan30/ConnectingPoints, unifyAndsplitOutputs_byNumClass.py and
keypointEstimators). A point that MediaPipe did not find is (0, 0) there; a hand that it did not find is its wrist, 21
times. Both become NaN here.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import apart, archive
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.points import missing_as_nan, pick
from recognizer.datasets.recording import Recording, gathered
from recognizer.datasets.sound import LONGEST_CLIP
from recognizer.errors import DatasetError

if TYPE_CHECKING:
    import h5py

MAX_TEXT_BYTES = 4096
FIELDS = ("data", "label", "video_name")


def _order(body: list[int], left_hand: int, right_hand: int) -> np.ndarray:
    """For each of the 54 points its index in another set, which has each hand's 21 points in MediaPipe's order."""
    hand = np.arange(kp.HAND_POINTS)
    return np.concatenate([body, left_hand + hand, right_hand + hand, [-1]])


ORDERS = {
    # MediaPipe Holistic: pose 33, face 468, left hand, right hand
    543: _order([*kp.POSE.values()], 501, 522),
    # the same without the face
    75: _order([*kp.POSE.values()], 33, 54),
    # COCO-WholeBody ("wholepose"): body 17, feet 6, face 68, left hand, right hand
    133: _order([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 91, 112),
    # this project's own 54, neck included, and 53 without it
    54: np.arange(kp.COUNT),
    53: np.array([*range(kp.NECK), -1]),
}
"""Number of points in a file -> where ours are among them. The neck, where it is missing, is between the shoulders."""


def load(path: Path) -> Dataset:
    """Reads every group's clip, apart from this process: a damaged file can hang or crash the HDF5 library.

    Raises DatasetError as `read` does.
    """
    return apart.load(read, path, "h5py")


def read(path: Path) -> Dataset:
    """Reads every group's clip. Raises DatasetError, one sentence naming file and group, for what is not as it must be.

    The file may come from anywhere: links out of it, references and objects are not followed, and sizes are checked
    before anything is read.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            recordings = [_recording(path, name, group) for name, group in _groups(path, file)]
    except (*archive.DAMAGED, KeyError, AttributeError) as error:
        raise DatasetError(
            f"{path} cannot be read as HDF5 ({archive.first_line(error)}): fetch an intact copy."
        ) from None
    return gathered(path.stem, recordings, source=f"ConnectingPoints HDF5 {path.name}")


def _groups(path: Path, file: "h5py.File") -> list[tuple[str, "h5py.Group"]]:
    """The groups in the order of their numbers; links to other places are refused before they are opened."""
    import h5py

    names = sorted(file, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name))
    if not names:
        raise DatasetError(f"{path} has no group: it needs one a clip, each with {', '.join(FIELDS)}.")
    for name in names:
        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            raise DatasetError(f"{path}, group {name} is a link, which is not followed: copy the clip into the file.")
        if not isinstance(file[name], h5py.Group):
            raise DatasetError(f"{path} has {name!r} where a group a clip is due, each with {', '.join(FIELDS)}.")
    frames = sum(len(_field(path, file[name], "data")) for name in names)
    archive.check_size(path, frames * kp.COUNT * 2 * np.dtype(np.float32).itemsize)
    return [(name, file[name]) for name in names]


def _recording(path: Path, name: str, group: "h5py.Group") -> Recording:
    video = _text(path, group, "video_name")
    data = _field(path, group, "data")
    where = f"{path}, group {name} ({video})"
    points = [size for size in data.shape[1:] if size in ORDERS]
    if data.dtype.kind not in "fiu" or data.ndim != 3 or 2 not in data.shape[1:] or not points:
        raise DatasetError(
            f"{where} has data {data.dtype} {list(data.shape)} where float [frames, 2, points] is due, with points one "
            f"of {', '.join(map(str, ORDERS))}: extract it with MediaPipe."
        )
    if not 1 <= len(data) <= LONGEST_CLIP:
        raise DatasetError(f"{where} has {len(data)} frames where 1 to {LONGEST_CLIP} are due: cut it into signs.")
    clip = np.moveaxis(data[...], 1, 2) if data.shape[1] == 2 else data[...]
    keypoints = pick(missing_as_nan(clip), ORDERS[points[0]])
    return Recording(_without_stand_ins(keypoints), clip=f"{video} [{name}]", label=_text(path, group, "label"))


def _without_stand_ins(keypoints: np.ndarray) -> np.ndarray:
    """NaN for a hand all of whose points coincide: no hand, but the wrist in its place."""
    for hand in (kp.LEFT_HAND, kp.RIGHT_HAND):
        points = keypoints[:, hand]
        points[(points == points[:, :1]).all((1, 2))] = np.nan
    return keypoints


def _text(path: Path, group: "h5py.Group", field: str) -> str:
    value = _field(path, group, field)
    if value.size != 1 or value.dtype.kind not in "OSU" or (value.dtype.kind == "O" and not _is_string(value)):
        raise DatasetError(f"{path}, group {group.name[1:]} has a {field} that is no string: mend it.")
    if value.dtype.itemsize > MAX_TEXT_BYTES:
        raise DatasetError(f"{path}, group {group.name[1:]} has a {field} longer than {MAX_TEXT_BYTES} bytes: mend it.")
    text = value[()]
    text = text if isinstance(text, bytes | str) else text.item()
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).strip()[:MAX_TEXT_BYTES]


def _is_string(value: "h5py.Dataset") -> bool:
    import h5py

    return h5py.check_string_dtype(value.dtype) is not None


def _field(path: Path, group: "h5py.Group", field: str) -> "h5py.Dataset":
    import h5py

    link = group.get(field, getlink=True)
    if link is None:
        raise DatasetError(f"{path}, group {group.name[1:]} has no {field}: a clip needs {', '.join(FIELDS)}.")
    value = group[field] if isinstance(link, h5py.HardLink) else None
    # Raw data kept in another file, or put together from several, would be read from wherever the file says.
    if not isinstance(value, h5py.Dataset) or value.external or value.is_virtual:
        raise DatasetError(f"{path}, group {group.name[1:]} keeps its {field} elsewhere, which is not followed.")
    return value
