"""From API Gateway's event to what the endpoint is asked: everything that can be refused without paying for it is."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_proxy.errors import InvalidRequest

CONTENT_TYPES = ("application/json", "application/x-npy")
MAX_BODY_BYTES = 6_291_456
"""Largest body that InvokeEndpoint takes (`BodyBlob` of the sagemaker-runtime service model)."""


@dataclass(frozen=True)
class Invocation:
    """A request worth sending on. custom_attributes: `top_k=5;logits=1`, empty when no option was given."""

    content_type: str
    body: bytes
    custom_attributes: str


def read_event(event: Mapping[str, Any]) -> Invocation:
    """Reads a proxy event of a REST API (payload 1.0); an HTTP API or function URL (2.0) has the same fields here.

    Raises InvalidRequest with 400, 413 or 415.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in CONTENT_TYPES:
        raise InvalidRequest(415, "unsupported_type", f"Send {' or '.join(CONTENT_TYPES)} in the Content-Type header.")
    body = _body(event)
    if not body:
        raise InvalidRequest(400, "empty_body", "The body is empty; send keypoints as JSON or npy.")
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(413, "too_large", f"The body is larger than {MAX_BODY_BYTES} bytes; send fewer frames.")
    return Invocation(content_type, body, _custom_attributes(event.get("queryStringParameters") or {}))


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
