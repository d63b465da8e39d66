"""Reading `asl_words`-like datasets: sequences of keypoints with a label, a signer and a recording session each."""

from pathlib import Path

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets import archive
from recognizer.datasets.dataset import Dataset
from recognizer.datasets.points import missing_as_nan
from recognizer.errors import DatasetError

FIELDS = ("keypoints", "label", "labels", "signer", "session")


def load(path: Path) -> Dataset:
    """Reads an npz with the arrays `keypoints`, `label`, `labels`, `signer`, `session`; there, (0, 0) is missing.

    Raises DatasetError, one sentence, if the file is absent, truncated or holds something else.
    """
    arrays = archive.read(path, FIELDS)
    _check_shapes(path, arrays)
    n = len(arrays["keypoints"])
    return Dataset(
        name=path.stem,
        clips=tuple(missing_as_nan(arrays["keypoints"])),
        label=arrays["label"].astype(np.int64),
        labels=tuple(arrays["labels"].astype(str).tolist()),
        signer=arrays["signer"].astype(str),
        session=arrays["session"].astype(str),
        clip=np.array([f"{path.stem}[{row}]" for row in range(n)]),
        fps=np.full(n, np.nan),
    )


def _check_shapes(path: Path, arrays: dict[str, np.ndarray]) -> None:
    shape = arrays["keypoints"].shape
    kind = arrays["keypoints"].dtype
    if len(shape) != 4 or shape[2:] != (kp.COUNT, 2) or 0 in shape or kind.kind not in "fiu":
        raise DatasetError(f"{path} has keypoints {kind} {list(shape)} where [n, frames, {kp.COUNT}, 2] is due.")
    for name in ("label", "signer", "session"):
        if arrays[name].shape != shape[:1]:
            raise DatasetError(f"{path} has {name} {list(arrays[name].shape)} where [{shape[0]}] is due.")
    label = arrays["label"]
    if (
        arrays["labels"].ndim != 1
        or label.dtype.kind not in "iu"
        or label.min() < 0
        or label.max() >= len(arrays["labels"])
    ):
        raise DatasetError(f"{path} has label values that are no index into its {len(arrays['labels'])} labels.")
