"""Answers in API Gateway's proxy format: CORS, error bodies, and the `Server-Timing` header."""

import base64
import json
from typing import Any

from lambda_proxy.endpoint_client import EndpointAnswer
from lambda_proxy.errors import EndpointFailed
from lambda_proxy.request import JSON, NPY

EXPOSED_HEADERS = "Idempotency-Key, Server-Timing, x-amzn-RequestId, x-cerca-cold"


class Answers:
    """Builds answers for one allowed origin (`*` for any)."""

    def __init__(self, allowed_origin: str) -> None:
        self._headers = {
            "Content-Type": JSON,
            "Access-Control-Allow-Origin": allowed_origin,
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            "Timing-Allow-Origin": allowed_origin,
            "Cache-Control": "no-store",
        }

    def answer(self, answer: EndpointAnswer, timing: str, key: str = "") -> dict[str, Any]:
        """key: the request's idempotency key, echoed. npy goes as base64, which the gateway turns into bytes.

        Raises EndpointFailed for JSON that is no UTF-8.
        """
        if answer.content_type.partition(";")[0].strip().lower() == NPY:
            answered = self._proxy_format(200, base64.b64encode(answer.body).decode(), timing, key)
            answered["headers"]["Content-Type"] = NPY
            return {**answered, "isBase64Encoded": True}
        return self._proxy_format(200, _text(answer.body), timing, key)

    def error(self, status: int, code: str, message: str, timing: str, key: str = "") -> dict[str, Any]:
        body = json.dumps({"error": {"code": code, "message": message}})
        return self._proxy_format(status, body, timing, key)

    def _proxy_format(self, status: int, body: str, timing: str, key: str) -> dict[str, Any]:
        echoed = {"Idempotency-Key": key} if key else {}
        return {
            "statusCode": status,
            "headers": {**self._headers, **echoed, "Server-Timing": timing},
            "body": body,
            "isBase64Encoded": False,
        }


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise EndpointFailed(f"The answer is not UTF-8: {error}") from None


def server_timing(handler: float, sagemaker: float | None, endpoint: str = "") -> str:
    """handler, sagemaker: milliseconds; None when the endpoint was not asked. endpoint: `decode;dur=0.1, ...`."""
    entries = [f"handler;dur={handler:.3f}"]
    if sagemaker is not None:
        entries.append(f"sagemaker;dur={sagemaker:.3f}")
    entries += [f"endpoint-{entry.strip()}" for entry in endpoint.split(",") if entry.strip()]
    return ", ".join(entries)
