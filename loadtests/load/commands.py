"""`cerca loadtest`."""

import asyncio
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.commands import SHIPPED_BUNDLE


class LoadPath(StrEnum):
    CLOUD = "cloud"
    ENDPOINT = "endpoint"
    EDGE = "edge"
    BOTH = "both"
    SITE = "site"


class WireName(StrEnum):
    NPY = "npy"
    JSON = "json"


def loadtest(
    path: Annotated[
        LoadPath,
        typer.Option(
            help="cloud: through the gateway; endpoint: the container alone; edge: real browsers; site: visits of the "
            "site; both: visits and cloud requests, one to four."
        ),
    ] = LoadPath.CLOUD,
    target: Annotated[
        str, typer.Option(help="local, compose, a loopback URL, or a deployment.json. Nothing else is loaded.")
    ] = "local",
    rate: Annotated[float | None, typer.Option(help="Open workload: requests a second, never more.")] = None,
    users: Annotated[int | None, typer.Option(min=1, help="Closed workload: that many ask at once.")] = None,
    duration: Annotated[float, typer.Option(min=1, help="Seconds, all stages together.")] = 30,
    ramp: Annotated[int, typer.Option(min=1, max=100, help="Reach the rate, or the users, in that many stages.")] = 1,
    wire: Annotated[WireName, typer.Option(help="How keypoints are encoded.")] = WireName.NPY,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Locust's workers.")] = 1,
    lambdas: Annotated[int, typer.Option(min=1, max=64, help="Lambda environments of the local stack.")] = 4,
    keypoints: Annotated[
        Path | None, typer.Option(help="A dataset to send (cerca extract); default: the shipped clips.")
    ] = None,
    bundle: Annotated[Path, typer.Option(help="The model bundle that is served.")] = SHIPPED_BUNDLE,
    model: Annotated[str | None, typer.Option(help="Which of the bundle's files; default: the bundle's own.")] = None,
    reports: Annotated[Path, typer.Option(help="Where the run's folder goes.")] = Path("reports"),
) -> None:
    """Load one path and keep every request's raw record.

    Exit codes: 0 every request got an answer, whatever it said; 1 the run is written, but some got none; 2 nothing was
    measured, one sentence says why; 130 interrupted (what was measured until then is kept, and marked).
    """
    from analysis.errors import AnalysisError
    from infra.local import LocalStackError
    from loadtests.compare import new_run_folder
    from loadtests.errors import LoadtestError
    from loadtests.load import run as running
    from loadtests.load.summary import show, summarised
    from recognizer import bundle as bundles

    console = Console(stderr=True)
    explained = (LoadtestError, bundles.BundleError, LocalStackError, AnalysisError)

    def tell(error: Exception) -> None:
        console.print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)

    try:
        loaded = bundles.load(bundle)
        plan = running.Plan(
            path.value,
            target,
            loaded,
            loaded.model(model).path.name,
            duration,
            rate=rate,
            users=users,
            steps=ramp,
            wire=wire.value,
            processes=processes,
            lambdas=lambdas,
            keypoints=keypoints,
        )
        plan.check()
        folder = new_run_folder(reports)
    except explained as error:
        tell(error)
        raise typer.Exit(2) from None
    code = 0
    try:
        asyncio.run(running.run(plan, folder, console))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted: what was measured until now is kept.")
        code = 130
    except explained as error:
        tell(error)
        code = 1
    samples = folder / "samples.jsonl"
    try:
        summary = summarised(samples) if samples.exists() else None
    except AnalysisError as error:
        tell(error)
        raise typer.Exit(1) from None
    if summary is None or not summary.requests:
        shutil.rmtree(folder)
        raise typer.Exit(code if code == 130 else 2)
    show(summary, Console())
    console.print(f"Records: {samples}", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(code or (1 if summary.unanswered else 0))
