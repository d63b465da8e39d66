"""The three fronts composed: the gateway on its own port, what only the stack itself calls on another."""

import os
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.endpoint_process import EndpointModel
from infra.local.environment_pool import EnvironmentPool
from infra.local.errors import EnvironmentCrashed, StartFailed
from infra.local.gateway import ALLOWED_ORIGIN, RESOURCE, STAGE, Gateway
from infra.local.runtime_api import routes as runtime_api_routes
from infra.local.sagemaker_runtime import ENDPOINT_NAME, SageMakerRuntime
from infra.local.throttle import ACCOUNT, Limits
from infra.local.traces import EndpointStarts

ENDPOINT_LOG = "endpoint.log"
LAMBDA_LOG = "lambda.log"


@dataclass(frozen=True)
class StackSettings:
    """concurrency: how many Lambda environments may exist; provisioned: how many of them before any request.
    limits: the gateway's throttling. logs: an existing folder."""

    model: EndpointModel
    concurrency: int
    logs: Path
    provisioned: int = 0
    limits: Limits = ACCOUNT


class Fronts:
    """The running stack behind two listening ports. Create it on the main thread's event loop."""

    def __init__(self, settings: StackSettings, gateway_port: int, internal_port: int) -> None:
        starts = EndpointStarts()
        self._sagemaker = SageMakerRuntime(settings.model, settings.logs / ENDPOINT_LOG, starts)
        self.sagemaker_runtime_url = f"http://127.0.0.1:{internal_port}"
        variables = {
            "CERCA_ENDPOINT_NAME": ENDPOINT_NAME,
            "CERCA_ALLOWED_ORIGIN": ALLOWED_ORIGIN,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": self.sagemaker_runtime_url,
        }
        if (client := os.environ.get("CERCA_LAMBDA_CLIENT")) is not None:
            variables["CERCA_LAMBDA_CLIENT"] = client
        self._pool = EnvironmentPool(
            f"127.0.0.1:{internal_port}",
            variables,
            settings.concurrency,
            settings.logs / LAMBDA_LOG,
            settings.provisioned,
        )
        gateway = Gateway(self._pool, starts, settings.limits)
        self.apps = {
            gateway_port: _app(gateway.routes),
            internal_port: _app([*self._sagemaker.routes, *runtime_api_routes(self._pool)]),
        }
        self.gateway_url = f"http://127.0.0.1:{gateway_port}/{STAGE}{RESOURCE}"

    def make_cold(self, endpoint: bool, lambdas: bool) -> None:
        if endpoint:
            self._sagemaker.kill_endpoint()
        if lambdas:
            self._pool.make_cold()

    async def provision(self) -> None:
        """Returns when the provisioned environments are initialised. Raises StartFailed."""
        try:
            await self._pool.provision()
        except EnvironmentCrashed as error:
            raise StartFailed(str(error)) from None

    def endpoint_pid(self) -> int | None:
        return self._sagemaker.endpoint_pid()

    async def close(self) -> None:
        """Ends every process that the stack started."""
        self._pool.close()
        await self._sagemaker.close()


def _app(routes: list[Route]) -> Starlette:
    async def nobody_left(_: Request, __: Exception) -> Response:
        # A client that hung up half-way is no error of ours; the response goes nowhere.
        return Response(status_code=400)

    return Starlette(routes=routes, exception_handlers={ClientDisconnect: nobody_left})
