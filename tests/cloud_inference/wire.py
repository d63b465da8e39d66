"""Keypoints as a client writes them."""

import io
import json

import numpy as np

NPY = {"Content-Type": "application/x-npy"}
JSON = {"Content-Type": "application/json"}


def npy(keypoints: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, keypoints)
    return file.getvalue()


def as_json(keypoints: np.ndarray) -> bytes:
    """A point with both coordinates missing is null; a single missing coordinate is null inside its point."""

    def number(value: np.float32) -> float | None:
        return None if np.isnan(value) else float(value)

    frames = [[None if np.isnan(p).all() else [number(v) for v in p] for p in frame] for frame in keypoints]
    return json.dumps({"keypoints": frames}).encode()
