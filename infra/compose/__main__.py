"""`python -m infra.compose`: the gateway on port 8001, what the containers themselves call on 9001.

Environment: `CERCA_ENDPOINT` (`host:port` of the endpoint container; `endpoint:8080`), `CERCA_HOST` (0.0.0.0).
Exit code 0 after SIGTERM or Ctrl-C.
"""

import asyncio
import os
import signal

from starlette.applications import Starlette

from cloud_inference.listener import listen
from infra.compose.container_pool import ContainerPool
from infra.compose.endpoint_front import EndpointFront
from infra.local.gateway import Gateway
from infra.local.runtime_api import routes as runtime_api_routes
from infra.local.server import start
from infra.local.traces import EndpointStarts

GATEWAY_PORT = 8001
INTERNAL_PORT = 9001


async def serve(host: str, endpoint: str) -> None:
    """Until SIGTERM or Ctrl-C. endpoint: `host:port`."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    pool, front = ContainerPool(), EndpointFront(endpoint)
    apps = {
        GATEWAY_PORT: Starlette(routes=Gateway(pool, EndpointStarts()).routes),
        INTERNAL_PORT: Starlette(routes=[*front.routes, *runtime_api_routes(pool)]),
    }
    server, serving = start(apps, [listen(host, port) for port in apps])
    await stop.wait()
    pool.close()
    server.should_exit = True
    await serving
    await front.close()


if __name__ == "__main__":
    asyncio.run(serve(os.environ.get("CERCA_HOST", "0.0.0.0"), os.environ.get("CERCA_ENDPOINT", "endpoint:8080")))
