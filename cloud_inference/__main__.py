"""`python -m cloud_inference serve`: what SageMaker runs in the container (`docker run <image> serve`).

Exit codes: 0 after SIGTERM or Ctrl-C (requests under way are finished first), 1 with one sentence on stderr when the
container cannot start, 2 for a wrong command.
"""

import asyncio
import signal
import socket
import sys
from types import FrameType

import uvicorn

from cloud_inference.app import Endpoint
from cloud_inference.drain import Drain
from cloud_inference.errors import StartupError
from cloud_inference.listener import listen
from cloud_inference.protocol import EndpointProtocol
from cloud_inference.settings import Settings

DRAIN_SECONDS = 25
"""Time for requests under way after SIGTERM; SageMaker kills the container 30 s after it."""

CLOSE_SECONDS = 2
"""Time for connections to close once the drain is over."""


def main() -> int:
    if sys.argv[1:] != ["serve"]:
        print("usage: python -m cloud_inference serve", file=sys.stderr)
        return 2
    # Until uvicorn takes the signals over, and when it raises a second one again at its end, they are no failure.
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


class _DrainingServer(uvicorn.Server):
    """uvicorn closes its port at the first signal; this one keeps it open, answering 503, until the drain is over."""

    def __init__(self, config: uvicorn.Config, drain: Drain) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._drain.begun:
            super().handle_exit(sig, frame)
        else:
            self._drain.begin(DRAIN_SECONDS)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._drain.finished


async def _serve(settings: Settings, listener: socket.socket) -> None:
    endpoint = Endpoint(settings)
    server = _DrainingServer(
        uvicorn.Config(
            endpoint,
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            http=EndpointProtocol,
            timeout_graceful_shutdown=CLOSE_SECONDS,
        ),
        endpoint.drain,
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
