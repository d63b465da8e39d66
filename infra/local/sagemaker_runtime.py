"""The `sagemaker-runtime` front: InvokeEndpoint in AWS's shapes, and the endpoint process behind it.

Serverless: the process starts at the first invocation after it is gone, and that invocation waits for it. As on AWS,
the caller gets the content type, the production variant and the custom attributes; other headers end here.
"""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloud_inference.settings import MAX_BODY_BYTES
from infra.local.bodies import read_body
from infra.local.endpoint_process import EndpointModel, EndpointProcess
from infra.local.errors import BodyTooLarge, EndpointDown
from infra.local.invocation import Containers, aws_error
from infra.local.traces import EndpointStarts

ENDPOINT_NAME = "cerca"


class SageMakerRuntime:
    """Owns the endpoint process. Everything here runs on the main thread's event loop."""

    def __init__(self, model: EndpointModel, log: Path, starts: EndpointStarts) -> None:
        self._model = model
        self._log = log
        self._starts = starts
        self._endpoint: EndpointProcess | None = None
        self._start: asyncio.Task[float] | None = None
        self._containers = Containers()

    @property
    def routes(self) -> list[Route]:
        return [Route("/endpoints/{name}/invocations", self._invoke, methods=["POST"])]

    def endpoint_pid(self) -> int | None:
        """None when no endpoint is running."""
        return self._endpoint.pid if self._endpoint is not None and self._endpoint.alive else None

    def kill_endpoint(self) -> None:
        if self._endpoint is not None:
            self._endpoint.kill()

    async def close(self) -> None:
        if self._endpoint is not None:
            await asyncio.to_thread(self._endpoint.stop)
        await self._containers.close()

    async def _invoke(self, request: Request) -> Response:
        if "authorization" not in request.headers:
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        name = request.path_params["name"]
        if name != ENDPOINT_NAME:
            return aws_error(400, "ValidationError", f"Endpoint {name} of account 000000000000 not found.")
        try:
            body = await read_body(request, MAX_BODY_BYTES)
            endpoint = await self._ready_endpoint(request.headers.get("x-amzn-trace-id"))
        except BodyTooLarge as error:
            return aws_error(413, "RequestEntityTooLarge", str(error))
        except EndpointDown as error:
            return aws_error(503, "ServiceUnavailable", str(error))
        return await self._containers.invoke(f"127.0.0.1:{endpoint.port}", request, body)

    async def _ready_endpoint(self, trace_id: str | None) -> EndpointProcess:
        """Starts the endpoint when it is gone; every request that waits for the same start is told its length.

        Raises EndpointDown.
        """
        if self._endpoint is None or not self._endpoint.alive:
            self._endpoint = EndpointProcess(self._model, self._log)
            self._start = asyncio.create_task(asyncio.to_thread(self._endpoint.wait_until_ready))
        endpoint, start = self._endpoint, self._start
        cold = not start.done()
        milliseconds = await asyncio.shield(start)
        if cold and trace_id is not None:
            self._starts.record(trace_id, milliseconds)
        return endpoint
