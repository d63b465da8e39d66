"""The OpenAPI document: every route of `routes.ROUTES`, with the bodies and statuses that it answers."""

from http import HTTPStatus
from typing import Any

from cloud_inference import VERSION
from cloud_inference.bodies import BODY_SECONDS
from cloud_inference.codec import MAX_CLIPS
from cloud_inference.metrics import TEXT
from cloud_inference.open_inference import BINARY_TYPE
from cloud_inference.options import JSON, NPY
from cloud_inference.routes import PROTOCOL, ROUTES, Route
from cloud_inference.settings import MAX_BODY_BYTES
from recognizer.bundle import Bundle

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_BYTES: Schema = {"type": "string", "format": "binary"}


def document(bundle: Bundle, version: str) -> dict[str, Any]:
    """version: the served model's, as the Open Inference Protocol's paths name it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cerca endpoint",
            "version": VERSION,
            "description": f"Recognises isolated signs from keypoints. Bodies: at most {MAX_BODY_BYTES} bytes, "
            f"{BODY_SECONDS} s, plain or gzip.",
        },
        "paths": {
            path: {route.method.lower(): _operation(route, named, bundle, version)}
            for route in ROUTES
            for named, path in enumerate(route.paths)
        },
        "components": {"schemas": _schemas(bundle, version)},
    }


def _operation(route: Route, named: int, bundle: Bundle, version: str) -> dict[str, Any]:
    """named: 0, or 1 for the path that names the model's version."""
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT, "example": value}
        for name, value in (("model", bundle.name), ("version", version))
        if f"{{{name}}}" in route.paths[named]
    ]
    error = "ProtocolError" if route.paths[0].startswith(PROTOCOL) else "Error"
    operation = {
        "operationId": route.name + ("_version" if named else ""),
        "summary": route.what,
        "parameters": [*parameters, *_HEADERS.get(route.name, [])],
        "responses": {
            "200": {"description": "OK", **_ANSWERS[route.name]},
            **{
                str(kind.status): {"description": HTTPStatus(kind.status).phrase, "content": _content(error)}
                for kind in route.errors
            },
        },
    }
    if route.name in _BODIES:
        operation["requestBody"] = {"required": True, "content": _BODIES[route.name]}
    return operation


def _content(schema: str, content_type: str = JSON) -> dict[str, Any]:
    return {content_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _header(name: str, pattern: str, what: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "description": what,
        "schema": {"type": "string", "pattern": pattern, "maxLength": 64},
    }


_BINARY_LENGTH = "Inference-Header-Content-Length"
_TIMING = {"Server-Timing": {"description": "Milliseconds of queue, decode, inference and encode.", "schema": _TEXT}}

_HEADERS = {
    "invocations": [
        _header(
            "X-Amzn-SageMaker-Custom-Attributes",
            r"^(top_k=[1-9][0-9]{0,3}(;logits=[01])?)?$",
            "How many labels to answer with, and whether to add the logits.",
        )
    ],
    "infer": [_header(_BINARY_LENGTH, r"^[0-9]*$", "Bytes of the JSON when binary tensors follow it.")],
}

_BODIES = {
    "invocations": {**_content("Keypoints"), NPY: {"schema": _BYTES}},
    "infer": {**_content("InferenceRequest"), BINARY_TYPE: {"schema": _BYTES}},
}

_ANSWERS: dict[str, dict[str, Any]] = {
    "ping": {"content": _content("Empty")},
    "invocations": {
        "content": {**_content("Prediction"), NPY: {"schema": _BYTES}},
        "headers": {**_TIMING, "X-Amzn-SageMaker-Custom-Attributes": {"description": "timing=...", "schema": _TEXT}},
    },
    "server_metadata": {"content": _content("ServerMetadata")},
    "server_live": {"content": _content("Live")},
    "server_ready": {"content": _content("Ready")},
    "model_metadata": {"content": _content("ModelMetadata")},
    "model_ready": {"content": _content("ModelReady")},
    "infer": {
        "content": {**_content("InferenceAnswer"), BINARY_TYPE: {"schema": _BYTES}},
        "headers": {**_TIMING, _BINARY_LENGTH: {"description": "Only with binary tensors.", "schema": _TEXT}},
    },
    "metrics": {"content": {TEXT.partition(";")[0]: {"schema": _TEXT}}},
    "openapi": {"content": {JSON: {"schema": {"type": "object"}}}},
}


def _object(required: dict[str, Schema], **optional: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def _list(items: Schema, least: int = 0, most: int | None = None) -> Schema:
    return {"type": "array", "items": items, "minItems": least, **({} if most is None else {"maxItems": most})}


def _schemas(bundle: Bundle, version: str) -> dict[str, Schema]:
    points, classes = len(bundle.keypoints), len(bundle.labels)
    number: Schema = {"type": "number"}
    coordinate: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    point: Schema = {"anyOf": [{"type": "null"}, _list(coordinate, 2, 2)], "description": "null: missing"}
    clip = _list(_list(point, points, points), bundle.min_frames, bundle.max_frames)
    name, file = {"const": bundle.name}, _TEXT
    one = {"top": _list(_object({"label": _TEXT, "probability": number}), 1, classes), "frames": {"type": "integer"}}
    logits = _list(number, classes, classes)
    model = _object({"name": name, "file": file, "sha256": {"const": version}})
    shape, datatype, parameters = _list({"type": "integer"}), {"enum": ["FP32", "FP16"]}, {"type": "object"}
    tensor = {"name": {"const": bundle.input_name}, "shape": shape, "datatype": datatype}
    output = {"name": {"const": bundle.output_name}, "shape": shape, "datatype": {"const": "FP32"}}
    flat = _list(coordinate, bundle.min_frames * points * 2, bundle.max_frames * points * 2)
    return {
        "Empty": {"type": "object", "maxProperties": 0},
        "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT})}),
        "ProtocolError": _object({"error": _TEXT}),
        "Keypoints": {"anyOf": [_object({"keypoints": clip}), _object({"batch": _list(clip, 1, MAX_CLIPS)})]},
        "Prediction": {
            "anyOf": [
                _object({**one, "model": model}, logits=logits),
                _object({"predictions": _list(_object(one, logits=logits), 1, MAX_CLIPS), "model": model}),
            ]
        },
        "ServerMetadata": _object({"name": _TEXT, "version": _TEXT, "extensions": _list(_TEXT)}),
        "Live": _object({"live": {"const": True}}),
        "Ready": _object({"live": {"const": True}, "ready": {"const": True}}),
        "ModelMetadata": _object(
            {
                "name": name,
                "versions": _list({"const": version}, 1, 1),
                "platform": _TEXT,
                "inputs": _list(_object(tensor), 1, 1),
                "outputs": _list(_object(output), 1, 1),
            }
        ),
        "ModelReady": _object({"name": name, "ready": {"const": True}}),
        "InferenceRequest": _object(
            {"inputs": _list(_object(tensor, parameters=parameters, data={"anyOf": [clip, flat]}), 1, 1)},
            id=_TEXT,
            parameters=parameters,
            outputs=_list(_object({"name": {"const": bundle.output_name}}, parameters=parameters)),
        ),
        "InferenceAnswer": _object(
            {
                "model_name": name,
                "model_version": {"const": version},
                "outputs": _list(_object(output, data=logits, parameters=parameters), 1, 1),
            },
            id=_TEXT,
        ),
    }
