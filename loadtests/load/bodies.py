"""Keypoints of clips as request bodies, made once before a load, so that no request waits for its own encoding."""

import io
from pathlib import Path

import numpy as np
import orjson

from loadtests.load.errors import LoadError
from recognizer.datasets import load
from recognizer.errors import RecognizerError

CONTENT_TYPES = {"npy": "application/x-npy", "json": "application/json"}


def bodies(path: Path, wire: str) -> list[bytes]:
    """One body a clip of the dataset at `path`, as the page encodes it. Raises LoadError."""
    try:
        clips = load(path).clips
    except RecognizerError as error:
        raise LoadError(str(error)) from None
    if not clips:
        raise LoadError(f"{path} holds no clips: extract some with `cerca extract`.")
    encode = npy if wire == "npy" else json
    return [encode(clip) for clip in clips]


def npy(keypoints: np.ndarray) -> bytes:
    """float32 [frames, 54, 2], NaN where missing."""
    body = io.BytesIO()
    np.save(body, np.ascontiguousarray(keypoints, dtype="<f4"))
    return body.getvalue()


def json(keypoints: np.ndarray) -> bytes:
    """The same as JSON, a missing point as null; every digit of the float32, as JavaScript writes it."""
    missing = np.isnan(keypoints).any(axis=2).tolist()
    frames = [
        [None if absent else point for point, absent in zip(points, absents, strict=True)]
        for points, absents in zip(keypoints.astype(float).tolist(), missing, strict=True)
    ]
    return orjson.dumps({"keypoints": frames})
