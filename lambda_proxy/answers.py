"""Answers in API Gateway's proxy format: CORS, error bodies, and the `Server-Timing` header."""

import json
from typing import Any

EXPOSED_HEADERS = "Server-Timing, x-amzn-RequestId, x-cerca-cold"


class Answers:
    """Builds answers for one allowed origin (`*` for any)."""

    def __init__(self, allowed_origin: str) -> None:
        self._headers = {
            "Content-Type": "application/json",
            "Access-Control-Allow-Origin": allowed_origin,
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            "Timing-Allow-Origin": allowed_origin,
            "Cache-Control": "no-store",
        }

    def answer(self, body: str, timing: str) -> dict[str, Any]:
        return self._proxy_format(200, body, timing)

    def error(self, status: int, code: str, message: str, timing: str) -> dict[str, Any]:
        return self._proxy_format(status, json.dumps({"error": {"code": code, "message": message}}), timing)

    def _proxy_format(self, status: int, body: str, timing: str) -> dict[str, Any]:
        return {
            "statusCode": status,
            "headers": {**self._headers, "Server-Timing": timing},
            "body": body,
            "isBase64Encoded": False,
        }


def server_timing(handler: float, sagemaker: float | None, endpoint: str = "") -> str:
    """handler, sagemaker: milliseconds; None when the endpoint was not asked. endpoint: `decode;dur=0.1, ...`."""
    entries = [f"handler;dur={handler:.3f}"]
    if sagemaker is not None:
        entries.append(f"sagemaker;dur={sagemaker:.3f}")
    entries += [f"endpoint-{entry.strip()}" for entry in endpoint.split(",") if entry.strip()]
    return ", ".join(entries)
