"""The Open Inference Protocol (v2): its request to keypoints, logits to its answer, in JSON or with binary tensors.

https://github.com/kserve/open-inference-protocol and its Binary Tensor Data Extension. Beyond the protocol, `null` is
a missing coordinate in JSON data, which has no NaN. One clip a request: the model's own shape, without a batch axis.
"""

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from cloud_inference.codec import NAN, check_finite, check_frames, clip_from_json
from cloud_inference.errors import BadRequest
from cloud_inference.exchange import Answer
from recognizer.bundle import Bundle

BINARY_TYPE = "application/octet-stream"
DATATYPES = {"FP32": np.dtype("<f4"), "FP16": np.dtype("<f2")}
PLATFORM = "onnx_onnxv1"


@dataclass(frozen=True)
class Inference:
    """keypoints: float32 [frames, points, 2]. id: the client's own, to be returned. binary: whether it wants the
    logits as bytes behind the JSON."""

    keypoints: np.ndarray
    id: str | None
    binary: bool


def metadata(bundle: Bundle, version: str) -> dict[str, Any]:
    """The model metadata object; -1 stands for any number of frames."""
    return {
        "name": bundle.name,
        "versions": [version],
        "platform": PLATFORM,
        "inputs": [{"name": bundle.input_name, "datatype": "FP32", "shape": [-1, len(bundle.keypoints), 2]}],
        "outputs": [{"name": bundle.output_name, "datatype": "FP32", "shape": [len(bundle.labels)]}],
    }


def read_request(body: bytes, header_length: str, bundle: Bundle) -> Inference:
    """header_length: `Inference-Header-Content-Length`, the JSON's bytes when tensors follow it; empty otherwise.

    Raises BadRequest, and TooLarge for too many frames.
    """
    text, tensors = _split(body, header_length)
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest("bad_json", f"The body is not valid JSON: {error}.") from None
    if type(request) is not dict:
        raise _bad("Send a JSON object with the field inputs.")
    if type(request.get("id")) not in (str, type(None)):
        raise _bad("The field id must be text.")
    keypoints = _read_input(request.get("inputs"), tensors, bundle)
    check_finite([keypoints])
    return Inference(keypoints, request.get("id"), _wants_binary(request, bundle))


def write_answer(logits: np.ndarray, asked: Inference, bundle: Bundle, version: str) -> Answer:
    """logits: float32 [classes]."""
    output: dict[str, Any] = {"name": bundle.output_name, "shape": list(logits.shape), "datatype": "FP32"}
    content: dict[str, Any] = {"model_name": bundle.name, "model_version": version, "outputs": [output]}
    if asked.id is not None:
        content["id"] = asked.id
    if not asked.binary:
        output["data"] = logits
        return Answer(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY))
    tensor = logits.astype("<f4").tobytes()
    output["parameters"] = {"binary_data_size": len(tensor)}
    text = orjson.dumps(content)
    length = (b"inference-header-content-length", str(len(text)).encode())
    return Answer(text + tensor, BINARY_TYPE, headers=[length])


def _split(body: bytes, header_length: str) -> tuple[bytes, bytes]:
    """The JSON and the binary tensors behind it."""
    if not header_length:
        return body, b""
    if not (header_length.isascii() and header_length.isdigit() and int(header_length) <= len(body)):
        raise _bad("Inference-Header-Content-Length must be the number of bytes of the JSON at the body's start.")
    return body[: int(header_length)], body[int(header_length) :]


def _read_input(inputs: Any, tensors: bytes, bundle: Bundle) -> np.ndarray:
    if type(inputs) is not list or len(inputs) != 1 or type(inputs[0]) is not dict:
        raise _bad(f"Send one input, the tensor {bundle.input_name}.")
    (tensor,) = inputs
    if tensor.get("name") != bundle.input_name:
        raise _bad(f"The model has no input of that name; send {bundle.input_name}.")
    shape, points = tensor.get("shape"), len(bundle.keypoints)
    if type(shape) is not list or len(shape) != 3 or type(shape[0]) is not int or shape[1:] != [points, 2]:
        raise BadRequest("bad_shape", f"The shape of {bundle.input_name} must be [frames, {points}, 2].")
    check_frames(shape[0], bundle.min_frames, bundle.max_frames)
    size = _parameters(tensor).get("binary_data_size")
    if size is not None:
        if "data" in tensor:
            raise _bad("An input has either data or binary_data_size.")
        return _read_binary(tensor.get("datatype"), shape, tensors, size)
    if tensors:
        raise _bad("Bytes follow the JSON and no input has the parameter binary_data_size.")
    if tensor.get("datatype") != "FP32":
        raise BadRequest("bad_datatype", "The datatype of JSON data must be FP32; FP16 is for binary tensors.")
    return _read_data(tensor.get("data"), shape, bundle)


def _read_binary(datatype: Any, shape: list[int], tensors: bytes, size: Any) -> np.ndarray:
    if type(datatype) is not str or datatype not in DATATYPES:
        raise BadRequest("bad_datatype", "The datatype of a binary tensor must be FP32 or FP16.")
    dtype = DATATYPES[datatype]
    expected = shape[0] * shape[1] * shape[2] * dtype.itemsize
    if size != expected or len(tensors) != expected:
        raise _bad(f"A tensor of that shape and datatype has {expected} bytes; send binary_data_size and as many.")
    return np.frombuffer(tensors, dtype).reshape(shape).astype(np.float32)


def _read_data(data: Any, shape: list[int], bundle: Bundle) -> np.ndarray:
    """Nested lists of the tensor's shape, or all its elements in one list, row after row."""
    if type(data) is not list:
        raise _bad("The field data must be a list.")
    if data and type(data[0]) is list:
        keypoints = clip_from_json(data, shape[1], bundle.min_frames, bundle.max_frames)
        if len(keypoints) != shape[0]:
            raise BadRequest("bad_shape", f"The data has {len(keypoints)} frames where the shape says {shape[0]}.")
        return keypoints
    expected = shape[0] * shape[1] * shape[2]
    if len(data) != expected:
        raise BadRequest("bad_shape", f"The data has {len(data)} elements where the shape says {expected}.")
    try:
        numbers = array("f", data if None not in data else [NAN if value is None else value for value in data])
    except (TypeError, OverflowError):
        raise _bad("An element of data is neither a number nor null.") from None
    return np.frombuffer(numbers, np.float32).reshape(shape)


def _wants_binary(request: dict[str, Any], bundle: Bundle) -> bool:
    binary = _parameters(request).get("binary_data_output", False)
    outputs = request.get("outputs")
    if outputs is None:
        outputs = []
    if type(outputs) is not list or any(type(output) is not dict for output in outputs):
        raise _bad("The field outputs must be a list of objects.")
    for output in outputs:
        if output.get("name") != bundle.output_name:
            raise _bad(f"The model has no output of that name; ask for {bundle.output_name}.")
        binary = _parameters(output).get("binary_data", binary)
    if type(binary) is not bool:
        raise _bad("binary_data and binary_data_output must be true or false.")
    return binary


def _parameters(owner: dict[str, Any]) -> dict[str, Any]:
    parameters = owner.get("parameters")
    if parameters is None:
        return {}
    if type(parameters) is not dict:
        raise _bad("The field parameters must be an object.")
    return parameters


def _bad(message: str) -> BadRequest:
    return BadRequest("bad_request", message)
