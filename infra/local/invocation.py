"""One InvokeEndpoint call to a container, with what AWS passes on and the errors that AWS answers."""

import httpcore
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

VARIANT = "AllTraffic"
MODEL_SECONDS = 60
"""Longest that SageMaker waits for a container's answer."""

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"

_PASSED_IN = ("content-type", "accept", CUSTOM_ATTRIBUTES.lower())
_TIMEOUT = {"connect": 2, "read": MODEL_SECONDS, "write": MODEL_SECONDS, "pool": 2}


class Containers:
    """Kept connections to the containers that serve the model."""

    def __init__(self) -> None:
        self._connections = httpcore.AsyncConnectionPool(max_connections=None)

    async def close(self) -> None:
        await self._connections.aclose()

    async def invoke(self, address: str, request: Request, body: bytes) -> Response:
        """address: `host:port`. The answer carries the content type, the variant and the custom attributes; the
        container's other headers end here, as on AWS."""
        headers = [(name, request.headers[name]) for name in _PASSED_IN if name in request.headers]
        try:
            answer = await self._connections.request(
                "POST",
                f"http://{address}/invocations",
                headers=[("host", address), ("content-length", str(len(body))), *headers],
                content=body,
                extensions={"timeout": _TIMEOUT},
            )
        except httpcore.ConnectError:
            return aws_error(503, "ServiceUnavailable", "The container does not listen.")
        except httpcore.TimeoutException:
            return _model_error(0, "Your invocation timed out while waiting for a response from container primary.")
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return _model_error(0, "The container ended before it answered.")
        if answer.status != 200:
            return _model_error(answer.status, answer.content.decode(errors="replace"))
        answered = {name.decode().lower(): value.decode("latin-1") for name, value in answer.headers}
        kept = {"x-Amzn-Invoked-Production-Variant": VARIANT, "Content-Type": answered["content-type"]}
        if CUSTOM_ATTRIBUTES.lower() in answered:
            kept[CUSTOM_ATTRIBUTES] = answered[CUSTOM_ATTRIBUTES.lower()]
        return Response(answer.content, headers=kept)


def aws_error(status: int, kind: str, message: str, **fields: object) -> Response:
    """An error as a rest-json service of AWS sends it, which is what boto3 parses."""
    return JSONResponse({"Message": message, **fields}, status, headers={"x-amzn-errortype": kind})


def _model_error(status: int, original: str) -> Response:
    side = "client" if 400 <= status < 500 else "server"
    return aws_error(
        424,
        "ModelError",
        f'Received {side} error ({status}) from primary with message "{original}".',
        OriginalStatusCode=status,
        OriginalMessage=original,
        LogStreamArn="",
    )
