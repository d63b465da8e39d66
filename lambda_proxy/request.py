"""From API Gateway's event to what the endpoint is asked: everything that can be refused without paying for it is."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_proxy.errors import InvalidRequest

JSON = "application/json"
NPY = "application/x-npy"
CONTENT_TYPES = (JSON, NPY)
MAX_BODY_BYTES = 6_291_456
"""Largest body that InvokeEndpoint takes (`BodyBlob` of the sagemaker-runtime service model)."""

MAX_KEY_LENGTH = 64
"""Longest InferenceId of InvokeEndpoint (same service model)."""


@dataclass(frozen=True)
class Invocation:
    """A request worth sending on. custom_attributes: `top_k=5;logits=1`, empty when no option was given. accept: one of
    CONTENT_TYPES. idempotency_key: the client's own, empty when it gave none."""

    content_type: str
    body: bytes
    custom_attributes: str
    accept: str = JSON
    idempotency_key: str = ""


def read_event(event: Mapping[str, Any]) -> Invocation:
    """Reads a proxy event of a REST API (payload 1.0); an HTTP API or function URL (2.0) has the same fields here.

    Raises InvalidRequest with 400, 413 or 415.
    """
    headers = _headers(event)
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in CONTENT_TYPES:
        raise InvalidRequest(415, "unsupported_type", f"Send {' or '.join(CONTENT_TYPES)} in the Content-Type header.")
    body = _body(event)
    if not body:
        raise InvalidRequest(400, "empty_body", "The body is empty; send keypoints as JSON or npy.")
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(413, "too_large", f"The body is larger than {MAX_BODY_BYTES} bytes; send fewer frames.")
    attributes = _custom_attributes(event.get("queryStringParameters") or {})
    return Invocation(content_type, body, attributes, _accept(headers.get("accept", "")), idempotency_key(event))


def idempotency_key(event: Mapping[str, Any]) -> str:
    """The `Idempotency-Key` header, empty when there is none. Raises InvalidRequest for one that InvokeEndpoint would
    not take as its InferenceId: longer than 64 characters, or not visible ASCII."""
    key = _headers(event).get("idempotency-key", "")
    if not (key.isascii() and len(key) <= MAX_KEY_LENGTH and (not key or (key.isprintable() and " " not in key))):
        raise InvalidRequest(
            400, "bad_idempotency_key", f"Idempotency-Key must be 1 to {MAX_KEY_LENGTH} visible ASCII characters."
        )
    return key


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _accept(header: str) -> str:
    """npy when it stands first: a REST API looks at the first type of `Accept` alone when it decides whether to turn
    an answer's base64 into bytes."""
    return NPY if header.partition(",")[0].partition(";")[0].strip().lower() == NPY else JSON


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest(
            400, "bad_base64", "The body is marked as base64 and is not; check the gateway's binary media types."
        ) from None


def _custom_attributes(query: Mapping[str, str]) -> str:
    """Only the two known options, with values that cannot smuggle anything into a header."""
    attributes = []
    if "top_k" in query:
        top_k = query["top_k"]
        if not (top_k.isascii() and top_k.isdigit() and len(top_k) <= 4 and int(top_k) >= 1):
            raise InvalidRequest(400, "bad_option", "top_k must be a whole number from 1 to 9999.")
        attributes.append(f"top_k={top_k}")
    if "logits" in query:
        if query["logits"] not in ("0", "1"):
            raise InvalidRequest(400, "bad_option", "logits must be 0 or 1.")
        attributes.append(f"logits={query['logits']}")
    return ";".join(attributes)
