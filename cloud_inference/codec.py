"""Bytes on the wire to keypoints, and answers to bytes.

Two request formats: JSON, the reference, and npy, which spares the server reading thousands of numbers from text.
Both give float32 [frames, points, 2] with NaN where a point is missing. No format here can run code: npy
headers are parsed as literals and only two element types are accepted.
"""

import ast
import struct
from array import array
from typing import Any

import numpy as np
import orjson

from cloud_inference.errors import BadRequest, TooLarge, UnsupportedType

NPY_MAGIC = b"\x93NUMPY"
NPY_HEADER_LIMIT = 1024
NPY_TYPES = {"<f4": np.dtype("<f4"), "<f2": np.dtype("<f2")}

_MISSING_POINT = (float("nan"), float("nan"))
_NAN = float("nan")


def decode(content_type: str, body: bytes, points: int, min_frames: int, max_frames: int) -> np.ndarray:
    """Keypoints float32 [frames, points, 2], image-normalised, NaN where missing.

    Raises UnsupportedType, BadRequest for anything that is not such an array, TooLarge for too many frames.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/x-npy":
        keypoints = _decode_npy(body, points, min_frames, max_frames)
    elif media_type == "application/json":
        keypoints = _decode_json(body, points, min_frames, max_frames)
    else:
        raise UnsupportedType(
            "unsupported_type", "Send application/json or application/x-npy in the Content-Type header."
        )
    if np.isinf(keypoints).any():
        raise BadRequest(
            "bad_value", "A coordinate is infinite or out of range; send NaN or null where a point is missing."
        )
    return keypoints


def encode(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def _decode_npy(body: bytes, points: int, min_frames: int, max_frames: int) -> np.ndarray:
    dtype, shape, offset = _npy_header(body)
    if len(shape) != 3 or shape[1:] != (points, 2):
        raise BadRequest("bad_shape", f"The array has shape {list(shape)}; send [frames, {points}, 2].")
    _check_frames(shape[0], min_frames, max_frames)
    expected = shape[0] * points * 2 * dtype.itemsize
    if len(body) - offset != expected:
        raise BadRequest(
            "bad_npy", f"The npy header announces {expected} bytes of data and {len(body) - offset} follow it."
        )
    return np.frombuffer(body, dtype, offset=offset).reshape(shape).astype(np.float32)


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
        header = ast.literal_eval(body[start : start + header_bytes].decode("ascii").strip())
        dtype, fortran_order, shape = NPY_TYPES[header["descr"]], header["fortran_order"], header["shape"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError):
        raise unreadable from None
    if fortran_order is not False or type(shape) is not tuple or any(type(size) is not int for size in shape):
        raise unreadable
    return dtype, shape, start + header_bytes


def _decode_json(body: bytes, points: int, min_frames: int, max_frames: int) -> np.ndarray:
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("bad_json", f"The body is not valid JSON: {error}.") from None
    frames = request.get("keypoints") if type(request) is dict else None
    if type(frames) is not list:
        raise BadRequest("bad_json", 'Send {"keypoints": [[[x, y], ...], ...]}: a list of frames of points.')
    _check_frames(len(frames), min_frames, max_frames)
    # Not numpy on the nested lists: it would turn the text "1" into 1.0, and have no place for null.
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
                coordinates.append(_NAN if x is None else x)
                coordinates.append(_NAN if y is None else y)
            except (TypeError, ValueError, OverflowError):
                raise BadRequest(
                    "bad_shape", f"A point of frame {number} is neither [x, y] nor null; send two numbers."
                ) from None
    return np.frombuffer(coordinates, np.float32).reshape(len(frames), points, 2)


def _check_frames(frames: int, min_frames: int, max_frames: int) -> None:
    if frames > max_frames:
        raise TooLarge("too_many_frames", f"{frames} frames were sent; the model takes at most {max_frames}.")
    if frames < min_frames:
        raise BadRequest("bad_shape", f"{frames} frames were sent; the model takes at least {min_frames}.")
