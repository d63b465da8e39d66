"""`cerca serve`: the site and the local stack for a person, until Ctrl-C."""

import queue
import signal
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).parent.parent
SHIPPED_BUNDLE = ROOT / "models" / "default"

_LOOK_SECONDS = 0.5


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the site; 0 takes a free one.")] = 8000,
    api_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the API; 0 takes a free one.")] = 8001,
    bundle: Annotated[Path, typer.Option(help="The model bundle that both sides run.")] = SHIPPED_BUNDLE,
) -> None:
    """Serve the site and the cloud path on this machine, until Ctrl-C."""
    from rich.console import Console

    from infra.local import LocalCloud, LocalStackError, SiteServer

    # Not an Event: its `set` in a handler deadlocks when the signal meets this thread inside its `wait`.
    stops: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _: stops.put(caught))
    console = Console()
    other = None if bundle.resolve() == SHIPPED_BUNDLE else bundle
    try:
        with (
            LocalCloud(bundle, api_port=api_port) as cloud,
            SiteServer(ROOT / "edge_site" / "dist", cloud.gateway_url, port, other) as site,
        ):
            console.print(f"Site  [bold]{site.url}[/]")
            console.print(f"API   [bold]{cloud.gateway_url}[/] (local stack)")
            console.print("The first prediction in the cloud is a cold one. Ctrl-C stops everything.")
            while not _asked_within(_LOOK_SECONDS, stops):
                if not (cloud.alive and site.alive):
                    raise LocalStackError("A part of the local stack ended by itself; start it again.")
    except LocalStackError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None


def _asked_within(seconds: float, stops: queue.SimpleQueue[int]) -> bool:
    try:
        stops.get(timeout=seconds)
        return True
    except queue.Empty:
        return False
