"""The process behind `LocalCloud` and `SiteServer`: `python -m infra.local cloud|site ...`.

Says where it listens in one JSON line on stdout, or `{"error": "..."}` and exit code 1; runs until stdin ends,
SIGTERM or Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvicorn

from infra.local.endpoint_process import EndpointModel
from infra.local.errors import LocalStackError, StartFailed
from infra.local.fronts import Fronts, StackSettings
from infra.local.server import bind, report, start, until_asked_to_stop
from infra.local.site_app import site_app
from infra.local.throttle import ACCOUNT_BURST, ACCOUNT_RATE, Limits
from recognizer import bundle


def main() -> int:
    arguments = _parser().parse_args()
    try:
        asyncio.run(arguments.run(arguments))
    except LocalStackError as error:
        report({"error": str(error)})
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parts = parser.add_subparsers(required=True)
    cloud = parts.add_parser("cloud")
    cloud.set_defaults(run=_cloud)
    cloud.add_argument("--bundle", type=Path, required=True)
    cloud.add_argument("--model-file")
    cloud.add_argument("--concurrency", type=int, default=4)
    cloud.add_argument("--provisioned", type=int, default=0)
    cloud.add_argument("--rate", type=float, default=ACCOUNT_RATE)
    cloud.add_argument("--burst", type=int, default=ACCOUNT_BURST)
    cloud.add_argument("--api-port", type=int, default=0)
    cloud.add_argument("--logs", type=Path)
    site = parts.add_parser("site")
    site.set_defaults(run=_site)
    site.add_argument("--dist", type=Path, required=True)
    site.add_argument("--api-url")
    site.add_argument("--bundle", type=Path)
    site.add_argument("--port", type=int, default=0)
    return parser


async def _cloud(arguments: argparse.Namespace) -> None:
    try:
        bundle.load(arguments.bundle).model(arguments.model_file)
    except bundle.BundleError as error:
        raise StartFailed(str(error)) from None
    if not 0 <= arguments.provisioned <= arguments.concurrency:
        raise StartFailed(f"--provisioned must be between 0 and the concurrency, {arguments.concurrency}.")
    if arguments.rate <= 0 or arguments.burst < 1:
        raise StartFailed("--rate must be more than 0 requests a second, and --burst at least 1.")
    with contextlib.ExitStack() as cleanup:
        gateway = cleanup.enter_context(bind(arguments.api_port, "--api-port"))
        internal = cleanup.enter_context(bind(0, "--api-port"))
        settings = StackSettings(
            EndpointModel(arguments.bundle, arguments.model_file),
            arguments.concurrency,
            arguments.logs or Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="cerca-"))),
            arguments.provisioned,
            Limits(arguments.rate, arguments.burst),
        )
        fronts = Fronts(settings, gateway.getsockname()[1], internal.getsockname()[1])
        server, serving = start(fronts.apps, [gateway, internal])

        def obey(command: dict[str, Any]) -> dict[str, Any]:
            match command:
                case {"make_cold": parts}:
                    fronts.make_cold(**parts)
            return {"endpoint_pid": fronts.endpoint_pid()}

        try:
            await fronts.provision()
        except StartFailed:
            await _end(fronts, server, serving)
            raise
        report({"gateway_url": fronts.gateway_url, "sagemaker_runtime_url": fronts.sagemaker_runtime_url})
        try:
            await until_asked_to_stop(obey)
        finally:
            await _end(fronts, server, serving)


async def _end(fronts: Fronts, server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    await fronts.close()
    server.should_exit = True
    await serving


async def _site(arguments: argparse.Namespace) -> None:
    with bind(arguments.port, "--port") as listener:
        port = listener.getsockname()[1]
        server, serving = start({port: site_app(arguments.dist, arguments.api_url, arguments.bundle)}, [listener])
        report({"url": f"http://127.0.0.1:{port}/"})
        try:
            await until_asked_to_stop(lambda _: {})
        finally:
            server.should_exit = True
            await serving


if __name__ == "__main__":
    sys.exit(main())
