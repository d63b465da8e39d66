"""The npz that this project's tools exchange: clips of any lengths, end to end, with what made them.

Arrays: `keypoints` float32 [sum of frames, 54, 2], image units, NaN where missing; `frames` int [n], how many of them
belong to each clip; `clip`, `signer`, `session` str [n] ("" = unknown); `label` int [n] into `labels` str [classes],
-1 = unknown; `fps` float [n], NaN = unknown; `source`, one JSON string: engine, versions, options.
"""

import io
from pathlib import Path

import numpy as np

from recognizer import files
from recognizer import keypoints as kp
from recognizer.datasets import archive
from recognizer.datasets.dataset import Dataset
from recognizer.errors import DatasetError

PER_CLIP = ("frames", "clip", "label", "signer", "session", "fps")
FIELDS = ("keypoints", *PER_CLIP, "labels", "source")
KINDS = {"frames": "iu", "label": "iu", "keypoints": "f", "fps": "f"} | dict.fromkeys(
    ("labels", "clip", "signer", "session", "source"), "U"
)
"""numpy's kind letters of each array."""


def save(dataset: Dataset, path: Path | str, source: str) -> None:
    """Writes `dataset` at once or not at all. `source`: a JSON string that says what made the keypoints."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        keypoints=np.concatenate([*dataset.clips, np.empty((0, kp.COUNT, 2))]).astype(np.float32),
        frames=dataset.frames,
        label=dataset.label.astype(np.int64),
        labels=np.array(dataset.labels, dtype=str),
        fps=dataset.fps.astype(np.float64),
        source=np.array(source),
        **{name: np.array(getattr(dataset, name), dtype=str) for name in ("clip", "signer", "session")},
    )
    files.write(Path(path), buffer.getvalue())


def load(path: Path) -> Dataset:
    """Reads what `save` wrote, clips without a label included. Raises DatasetError, one sentence, if it cannot."""
    arrays = archive.read(path, FIELDS)
    _check(path, arrays)
    ends = np.cumsum(arrays["frames"])
    return Dataset(
        name=path.stem,
        clips=tuple(np.split(arrays["keypoints"].astype(np.float32), ends[:-1])),
        label=arrays["label"].astype(np.int64),
        labels=tuple(arrays["labels"].tolist()),
        fps=arrays["fps"].astype(np.float64),
        source=str(arrays["source"]),
        **{name: arrays[name] for name in ("signer", "session", "clip")},
    )


def _check(path: Path, arrays: dict[str, np.ndarray]) -> None:
    def refuse(what: str) -> None:
        raise DatasetError(f"{path} has {what}: write it again with `cerca extract`.")

    frames, keypoints, label = arrays["frames"], arrays["keypoints"], arrays["label"]
    for name in PER_CLIP:
        if arrays[name].shape != frames.shape or frames.ndim != 1 or not len(frames):
            refuse(f"{name} {list(arrays[name].shape)} where one entry a clip is due, as in frames")
    for name, kinds in KINDS.items():
        if arrays[name].dtype.kind not in kinds:
            refuse(f"{name} of type {arrays[name].dtype}")
    if arrays["labels"].ndim != 1 or arrays["source"].ndim:
        refuse("labels or source of another shape than [classes] and one string")
    if frames.min() < 1:
        refuse(f"no frame in clip {int(frames.argmin())} ({arrays['clip'][frames.argmin()]})")
    if keypoints.shape != (frames.sum(), kp.COUNT, 2):
        refuse(f"keypoints {list(keypoints.shape)} where its frames add up to [{frames.sum()}, {kp.COUNT}, 2]")
    if label.min() < -1 or label.max() >= len(arrays["labels"]):
        refuse(f"label values that are no index into its {len(arrays['labels'])} labels")
