"""`python -m cloud_inference serve`: what SageMaker runs in the container (`docker run <image> serve`).

Exit codes: 0 after SIGTERM or Ctrl-C (requests under way are finished first), 1 with one sentence on stderr when the
container cannot start, 2 for a wrong command.
"""

import asyncio
import signal
import socket
import sys

import uvicorn

from cloud_inference.app import Endpoint
from cloud_inference.errors import StartupError
from cloud_inference.listener import listen
from cloud_inference.settings import Settings

DRAIN_SECONDS = 10
"""Time for requests under way after SIGTERM; SageMaker kills the container 30 s after it."""


def main() -> int:
    if sys.argv[1:] != ["serve"]:
        print("usage: python -m cloud_inference serve", file=sys.stderr)
        return 2
    # uvicorn raises a signal again once it has drained; by then stopping is what was asked for, not a failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        settings = Settings.from_environment()
        with _listen(settings) as listener:
            asyncio.run(_serve(settings, listener))
    except StartupError as error:
        print(f"cloud_inference: {error}", file=sys.stderr)
        return 1
    return 0


def _listen(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        raise StartupError(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "set SAGEMAKER_BIND_TO_PORT to a free port."
        ) from None


async def _serve(settings: Settings, listener: socket.socket) -> None:
    endpoint = Endpoint(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            endpoint,
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await endpoint.load()
    except StartupError:
        server.should_exit = True
        await serving
        raise
    await serving


if __name__ == "__main__":
    sys.exit(main())
