"""Bytes on the wire to keypoints, and answers to bytes.

Two request formats: JSON, the reference, and npy, which spares the server reading thousands of numbers from text.
Both give float32 [frames, points, 2] with NaN where a point is missing, or a batch of such clips. No format
here can run code: npy headers are parsed as literals and only two element types are accepted.
"""

import ast
import math
import struct
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import orjson

from cloud_inference.errors import BadRequest, TooLarge, UnsupportedType
from cloud_inference.options import JSON, NPY

NPY_MAGIC = b"\x93NUMPY"
NPY_HEADER_LIMIT = 1024
NPY_TYPES = {"<f4": np.dtype("<f4"), "<f2": np.dtype("<f2")}

MAX_CLIPS = 16
"""Longest batch. They run one after the other, and while they do nobody else is answered."""

_MISSING_POINT = (float("nan"), float("nan"))
NAN = float("nan")


@dataclass(frozen=True)
class Clips:
    """clips: each float32 [frames, points, 2], image-normalised, NaN where missing. batch: whether the client sent a
    list of clips, and so gets a list of answers, even of one."""

    clips: list[np.ndarray]
    batch: bool


def decode(content_type: str, body: bytes, points: int, min_frames: int, max_frames: int) -> Clips:
    """What the client sent, every clip of `points` points and between `min_frames` and `max_frames` long.

    Raises UnsupportedType, BadRequest for anything that is not keypoints, TooLarge for too many frames or clips.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == NPY:
        sent = _decode_npy(body, points, min_frames, max_frames)
    elif media_type == JSON:
        sent = _decode_json(body, points, min_frames, max_frames)
    else:
        raise UnsupportedType("unsupported_type", f"Send {JSON} or {NPY} in the Content-Type header.")
    check_finite(sent.clips)
    return sent


def check_finite(clips: list[np.ndarray]) -> None:
    """Raises BadRequest for infinity; NaN is a missing point."""
    if any(np.isinf(clip).any() for clip in clips):
        raise BadRequest(
            "bad_value", "A coordinate is infinite or out of range; send NaN or null where a point is missing."
        )


def encode(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def encode_npy(logits: np.ndarray) -> bytes:
    """float32 logits in npy format 1.0."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {logits.shape}, }}"
    # The format wants the data aligned to 64 bytes: padding, and a newline at the header's end.
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return NPY_MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header.encode() + logits.astype("<f4").tobytes()


def _decode_npy(body: bytes, points: int, min_frames: int, max_frames: int) -> Clips:
    dtype, shape, offset = _npy_header(body)
    if len(shape) not in (3, 4) or shape[-2:] != (points, 2):
        raise BadRequest(
            "bad_shape",
            f"The array has shape {list(shape)}; send [frames, {points}, 2] or [clips, frames, {points}, 2].",
        )
    batch = len(shape) == 4
    if batch:
        _check_clips(shape[0])
    check_frames(shape[-3], min_frames, max_frames)
    expected = math.prod(shape) * dtype.itemsize
    if len(body) - offset != expected:
        raise BadRequest(
            "bad_npy", f"The npy header announces {expected} bytes of data and {len(body) - offset} follow it."
        )
    keypoints = np.frombuffer(body, dtype, offset=offset).reshape(shape).astype(np.float32)
    return Clips(list(keypoints) if batch else [keypoints], batch)


def _npy_header(body: bytes) -> tuple[np.dtype, tuple[int, ...], int]:
    """Element type, shape and offset of the data (numpy.lib.format, versions 1.0 to 3.0)."""
    unreadable = BadRequest("bad_npy", "The body is not an npy array of float32 or float16, little-endian, in C order.")
    if len(body) < 12 or not body.startswith(NPY_MAGIC) or body[6] not in (1, 2, 3):
        raise unreadable
    size_format, start = ("<H", 10) if body[6] == 1 else ("<I", 12)
    (header_bytes,) = struct.unpack_from(size_format, body, 8)
    if header_bytes > NPY_HEADER_LIMIT or start + header_bytes > len(body):
        raise unreadable
    try:
        dtype, shape = _npy_type_and_shape(body[start : start + header_bytes])
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError):
        raise unreadable from None
    return dtype, shape, start + header_bytes


# Clips of one length have the same header, and reading it takes longer than reading the numbers.
@lru_cache(256)
def _npy_type_and_shape(header: bytes) -> tuple[np.dtype, tuple[int, ...]]:
    """Raises one of several exceptions for what is no header of such an array."""
    fields = ast.literal_eval(header.decode("ascii").strip())
    dtype, shape = NPY_TYPES[fields["descr"]], fields["shape"]
    if fields["fortran_order"] is not False or type(shape) is not tuple or any(type(size) is not int for size in shape):
        raise ValueError
    return dtype, shape


def _decode_json(body: bytes, points: int, min_frames: int, max_frames: int) -> Clips:
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("bad_json", f"The body is not valid JSON: {error}.") from None
    batch = type(request) is dict and "batch" in request
    if batch:
        clips = request["batch"]
        if type(clips) is not list:
            raise BadRequest("bad_json", 'Send {"batch": [clip, ...]}: a list of clips, each a list of frames.')
        _check_clips(len(clips))
    else:
        clips = [request.get("keypoints")] if type(request) is dict else [None]
    return Clips([clip_from_json(frames, points, min_frames, max_frames) for frames in clips], batch)


def clip_from_json(frames: Any, points: int, min_frames: int, max_frames: int) -> np.ndarray:
    """float32 [frames, points, 2] from nested lists, NaN for null. Raises BadRequest or TooLarge."""
    if type(frames) is not list:
        raise BadRequest("bad_json", 'Send {"keypoints": [[[x, y], ...], ...]}: a list of frames of points.')
    check_frames(len(frames), min_frames, max_frames)
    # Not numpy on the nested lists: it would turn the text "1" into 1.0, and have no place for null.
    coordinates = _flattened(frames, points) or _read_point_by_point(frames, points)
    return np.frombuffer(coordinates, np.float32).reshape(len(frames), points, 2)


def _flattened(frames: list[Any], points: int) -> array | None:
    """All coordinates of a clip whose every point is null or two numbers; None for anything else.

    Loops in C: the reading of JSON is most of such a request's time.
    """
    try:
        if set(map(len, frames)) != {points}:
            return None
        flat = [_MISSING_POINT if point is None else point for point in chain.from_iterable(frames)]
        return array("f", chain.from_iterable(flat)) if set(map(len, flat)) == {2} else None
    except (TypeError, OverflowError):
        return None


def _read_point_by_point(frames: list[Any], points: int) -> array:
    """As `_flattened`, with null also inside a point, and a sentence for what is wrong. Raises BadRequest."""
    coordinates = array("f")
    for number, frame in enumerate(frames):
        if type(frame) is not list or len(frame) != points:
            raise BadRequest("bad_shape", f"Frame {number} is not a list of {points} points.")
        for point in frame:
            if point is None:
                coordinates.extend(_MISSING_POINT)
                continue
            try:
                x, y = point
                coordinates.append(NAN if x is None else x)
                coordinates.append(NAN if y is None else y)
            except (TypeError, ValueError, OverflowError):
                raise BadRequest(
                    "bad_shape", f"A point of frame {number} is neither [x, y] nor null; send two numbers."
                ) from None
    return coordinates


def check_frames(frames: int, min_frames: int, max_frames: int) -> None:
    if frames > max_frames:
        raise TooLarge("too_many_frames", f"{frames} frames were sent; the model takes at most {max_frames}.")
    if frames < min_frames:
        raise BadRequest("bad_shape", f"{frames} frames were sent; the model takes at least {min_frames}.")


def _check_clips(clips: int) -> None:
    if clips > MAX_CLIPS:
        raise TooLarge("too_many_clips", f"{clips} clips were sent; a batch takes at most {MAX_CLIPS}.")
    if clips < 1:
        raise BadRequest("bad_shape", "A batch without clips was sent; send at least one.")
