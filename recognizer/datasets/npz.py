"""Reading `asl_words`-like datasets: sequences of keypoints with a label, a signer and a recording session each."""

import zipfile
from pathlib import Path

import numpy as np

from recognizer import keypoints as kp
from recognizer.datasets.dataset import Dataset
from recognizer.errors import DatasetError

MAX_DATASET_BYTES = 2 << 30
FIELDS = ("keypoints", "label", "labels", "signer", "session")


def load(path: Path | str) -> Dataset:
    """Reads an npz with the arrays `keypoints`, `label`, `labels`, `signer`, `session`; there, (0, 0) is missing.

    Raises DatasetError, one sentence, if the file is absent, truncated or holds something else.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_DATASET_BYTES:
            raise DatasetError(f"{path} is larger than {MAX_DATASET_BYTES >> 30} GiB: give a smaller dataset.")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in FIELDS}
    except FileNotFoundError:
        raise DatasetError(f"{path} does not exist: give the path of the dataset with --data.") from None
    except KeyError as missing:
        raise DatasetError(f"{path} has no array {missing.args[0]!r}: it needs {', '.join(FIELDS)}.") from None
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path} cannot be read as npz ({error}): fetch an intact copy.") from None
    _check_shapes(path, arrays)
    keypoints = arrays["keypoints"].astype(np.float32)
    keypoints[(keypoints == 0).all(-1)] = np.nan
    return Dataset(
        name=path.stem,
        clips=tuple(keypoints),
        label=arrays["label"].astype(np.int64),
        labels=tuple(arrays["labels"].tolist()),
        signer=arrays["signer"],
        session=arrays["session"],
        clip=np.array([f"{path.stem}[{row}]" for row in range(len(keypoints))]),
        fps=np.full(len(keypoints), np.nan),
    )


def _check_shapes(path: Path, arrays: dict[str, np.ndarray]) -> None:
    shape = arrays["keypoints"].shape
    if len(shape) != 4 or shape[2:] != (kp.COUNT, 2) or 0 in shape:
        raise DatasetError(f"{path} has keypoints {list(shape)} where [n, frames, {kp.COUNT}, 2] is due.")
    for name in ("label", "signer", "session"):
        if arrays[name].shape != shape[:1]:
            raise DatasetError(f"{path} has {name} {list(arrays[name].shape)} where [{shape[0]}] is due.")
    label = arrays["label"]
    if label.dtype.kind not in "iu" or label.min() < 0 or label.max() >= len(arrays["labels"]):
        raise DatasetError(f"{path} has label values that are no index into its {len(arrays['labels'])} labels.")
