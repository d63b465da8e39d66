"""The cold starts that `cerca coldstart` and `cerca compare` both measure: processes, and visitors."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from playwright.async_api import Playwright
from rich.console import Console
from rich.progress import Progress, TaskID

from infra.local import LocalCloud
from loadtests.clips import Clip
from loadtests.coldstart.endpoints import baseline_weights, server_starts
from loadtests.coldstart.errors import ColdStartError
from loadtests.coldstart.function_init import function_inits
from loadtests.network.place import Place
from loadtests.network.visitor import Visitor
from loadtests.recorder import Recorder


async def cold_processes(
    recorder: Recorder,
    bundle: Path,
    model_file: str,
    runs: int,
    progress: Progress,
    console: Console,
    *,
    baseline: bool,
) -> None:
    """`runs` starts of the endpoint, beside the baseline's where it is wanted and can be had (else one sentence says
    why not), and of the Lambda function. Raises ColdStartError."""
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        weights: Path | None = Path(folder) / "weights.pt" if baseline else None
        if weights is not None:
            try:
                await asyncio.to_thread(baseline_weights, bundle, weights)
            except ColdStartError as error:
                console.print(str(error), markup=False, soft_wrap=True)
                weights = None
        task = progress.add_task("endpoint process" if weights is None else "endpoint, baseline", total=runs)
        await follow(server_starts(recorder, bundle, model_file, weights, runs), progress, task)
    task = progress.add_task("Lambda function's init", total=runs)
    await follow(function_inits(recorder, runs), progress, task)


async def cold_visitors(
    playwright: Playwright,
    recorder: Recorder,
    cloud: LocalCloud,
    where: Place,
    clip: Clip,
    runs: int,
    network: str | None,
    progress: Progress,
) -> None:
    """`runs` visitors, one after the other, each before a cold cloud. network: what the records call it."""
    task = progress.add_task("visitors, cold cloud", total=runs)
    for number in range(runs):
        visitor = Visitor(playwright, recorder, cloud, where, clip, number, network)
        async with aclosing(visitor.visits()) as visits:
            async for done in visits:
                progress.update(task, description=f"visitors, cold cloud: {done}")
        progress.advance(task)


async def follow(steps: AsyncIterator[Any], progress: Progress, task: TaskID) -> None:
    """Goes through `steps`, one of the task's each."""
    async with aclosing(steps):
        async for _ in steps:
            progress.advance(task)
