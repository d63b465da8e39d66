"""The way to the endpoint, and the meaning of its failures.

The proxy knows no AWS library: `lean_client` and `boto3_client` stand here, and say the same of the same answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lambda_proxy.errors import EndpointFailed, EndpointUnavailable, ProxyError, Refused, Throttled
from lambda_proxy.request import JSON, Invocation

CONNECT_SECONDS = 2
READ_SECONDS = 25
"""Below API Gateway's 29 s, so that a slow endpoint is answered by us, with a sentence."""

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
INFERENCE_ID = "X-Amzn-SageMaker-Inference-Id"
PASSED_ON = (400, 413, 415, 422, 429, 503)
"""The statuses that the endpoint's contract gives a meaning."""


@dataclass(frozen=True)
class EndpointAnswer:
    """body: the endpoint's, of `content_type`. timing: its `Server-Timing` entries, empty when it sent none."""

    body: bytes
    timing: str
    content_type: str = JSON


class EndpointClient(Protocol):
    def invoke(self, invocation: Invocation, seconds: float) -> EndpointAnswer:
        """seconds: the longest wait for the answer. Raises ProxyError."""
        ...


def timing_in(custom_attributes: str) -> str:
    """`decode;dur=0.1, ...` from `timing=decode;dur=0.1, ...`; empty for attributes that are no timing."""
    name, _, timing = custom_attributes.partition("=")
    return timing if name == "timing" else ""


def from_service(kind: str, detail: str, fields: Mapping[str, Any]) -> ProxyError:
    """The meaning of an error of the service. kind: `ModelError`, ...; fields: what else its body says."""
    if kind == "ModelError":
        return _from_model(detail, fields)
    if kind in ("ThrottlingException", "Throttling", "TooManyRequestsException"):
        return Throttled(detail)
    if kind in ("ServiceUnavailable", "ServiceUnavailableException", "ModelNotReadyException"):
        return EndpointUnavailable(detail)
    return EndpointFailed(detail)


def _from_model(detail: str, fields: Mapping[str, Any]) -> ProxyError:
    """The container's own answer, which SageMaker wraps into a 424."""
    status = fields.get("OriginalStatusCode", 0)
    if status not in PASSED_ON:
        return EndpointFailed(detail)
    try:
        reason = json.loads(fields.get("OriginalMessage", ""))["error"]
        return Refused(status, str(reason["code"]), str(reason["message"]), detail)
    except (ValueError, KeyError, TypeError):
        return EndpointFailed(detail)
