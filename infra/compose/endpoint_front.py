"""InvokeEndpoint for an endpoint that is a container of its own: errors in AWS's shapes."""

import httpcore
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cloud_inference.settings import MAX_BODY_BYTES
from infra.local.bodies import read_body
from infra.local.errors import BodyTooLarge
from infra.local.sagemaker_runtime import CUSTOM_ATTRIBUTES, ENDPOINT_NAME, MODEL_SECONDS, VARIANT

_CONNECT_SECONDS = 2


class EndpointFront:
    """endpoint: `host:port` of the container."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._connections = httpcore.AsyncConnectionPool(max_connections=None)

    @property
    def routes(self) -> list[Route]:
        return [Route(f"/endpoints/{ENDPOINT_NAME}/invocations", self._invoke, methods=["POST"])]

    async def close(self) -> None:
        await self._connections.aclose()

    async def _invoke(self, request: Request) -> Response:
        try:
            body = await read_body(request, MAX_BODY_BYTES)
        except BodyTooLarge as error:
            return _error(413, "RequestEntityTooLarge", str(error))
        passed = ("content-type", "accept", CUSTOM_ATTRIBUTES.lower())
        headers = [(name, request.headers[name]) for name in passed if name in request.headers]
        try:
            answer = await self._connections.request(
                "POST",
                f"http://{self._endpoint}/invocations",
                headers=[("host", self._endpoint), ("content-length", str(len(body))), *headers],
                content=body,
                extensions={"timeout": {"connect": _CONNECT_SECONDS, "read": MODEL_SECONDS, "write": MODEL_SECONDS}},
            )
        except httpcore.ConnectError:
            return _error(503, "ServiceUnavailable", "The endpoint's container does not listen.")
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            return _model_error(0, "The container did not answer.")
        if answer.status != 200:
            return _model_error(answer.status, answer.content.decode(errors="replace"))
        answered = {name.decode().lower(): value.decode("latin-1") for name, value in answer.headers}
        kept = {"x-Amzn-Invoked-Production-Variant": VARIANT, "Content-Type": answered["content-type"]}
        if CUSTOM_ATTRIBUTES.lower() in answered:
            kept[CUSTOM_ATTRIBUTES] = answered[CUSTOM_ATTRIBUTES.lower()]
        return Response(answer.content, headers=kept)


def _error(status: int, kind: str, message: str, **fields: object) -> Response:
    return JSONResponse({"Message": message, **fields}, status, headers={"x-amzn-errortype": kind})


def _model_error(status: int, original: str) -> Response:
    message = f'Received error ({status}) from primary with message "{original}".'
    return _error(424, "ModelError", message, OriginalStatusCode=status, OriginalMessage=original, LogStreamArn="")
