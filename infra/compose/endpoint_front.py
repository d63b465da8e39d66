"""InvokeEndpoint for an endpoint that is a container of its own."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloud_inference.settings import MAX_BODY_BYTES
from infra.local.bodies import read_body
from infra.local.errors import BodyTooLarge
from infra.local.invocation import Containers, aws_error
from infra.local.sagemaker_runtime import ENDPOINT_NAME


class EndpointFront:
    """endpoint: `host:port` of the container."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._containers = Containers()

    @property
    def routes(self) -> list[Route]:
        return [Route(f"/endpoints/{ENDPOINT_NAME}/invocations", self._invoke, methods=["POST"])]

    async def close(self) -> None:
        await self._containers.close()

    async def _invoke(self, request: Request) -> Response:
        try:
            body = await read_body(request, MAX_BODY_BYTES)
        except BodyTooLarge as error:
            return aws_error(413, "RequestEntityTooLarge", str(error))
        return await self._containers.invoke(self._endpoint, request, body)
