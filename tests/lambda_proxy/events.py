"""Events as API Gateway sends them (REST API, payload 1.0)."""

import base64
from typing import Any

CLIP = b"a clip, not read by the function"


def rest_event(body: bytes = CLIP, content_type: str = "application/x-npy", **query: str) -> dict[str, Any]:
    binary = content_type == "application/x-npy"
    return {
        "resource": "/predict",
        "path": "/predict",
        "httpMethod": "POST",
        "headers": {"Content-Type": content_type, "Host": "abc.execute-api.us-east-1.amazonaws.com"},
        "queryStringParameters": query or None,
        "requestContext": {"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "stage": "prod"},
        "body": base64.b64encode(body).decode() if binary else body.decode(),
        "isBase64Encoded": binary,
    }
