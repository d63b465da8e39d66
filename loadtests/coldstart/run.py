"""`cerca coldstart`: every cold start that this machine can show, one run."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright
from rich.console import Console
from rich.progress import Progress, TaskID

from infra.local import LocalCloud
from loadtests import environment
from loadtests.clips import Clip
from loadtests.coldstart.containers import container_starts, engine
from loadtests.coldstart.endpoints import baseline_weights, server_starts
from loadtests.coldstart.errors import ColdStartError
from loadtests.coldstart.function_init import function_inits
from loadtests.network.place import place
from loadtests.network.profiles import Profile, shipped
from loadtests.network.visitor import Visitor
from loadtests.recorder import Recorder
from recognizer import bundle as bundles

LOOPBACK = "loopback"


@dataclass(frozen=True)
class Plan:
    """runs: of each kind. network: between visitor and servers; None for this machine's loopback. query: of the site's
    address. other_bundle: where it is not the one built into the site."""

    bundle: bundles.Bundle
    model_file: str
    clip: Clip
    dist: Path
    runs: int
    network: Profile | None
    query: str
    other_bundle: Path | None
    run_folder: Path


async def run(plan: Plan, progress: Progress, console: Console) -> int:
    """Runs the plan, writing `samples.jsonl` as it goes; the number of failures. What cannot be measured here is said
    in one sentence and left out.

    Interrupted (Ctrl-C, SIGTERM), it ends what it started, marks the records as cut short and raises CancelledError.
    """
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    recorder = Recorder(plan.run_folder / "samples.jsonl", plan.run_folder.name)
    completed = False
    try:
        _describe(plan, recorder)
        await _processes(plan, recorder, progress, console)
        await _containers(plan, recorder, progress, console)
        await _visitors(plan, recorder, progress)
        completed = True
    finally:
        recorder.close(completed)
    return recorder.failures


def _describe(plan: Plan, recorder: Recorder) -> None:
    model = plan.bundle.model(plan.model_file)
    recorder.run(
        environment=environment.describe(),
        settings={"coldstart_runs": plan.runs, "network": plan.network.name if plan.network else None},
        model={
            "name": plan.bundle.name,
            "file": plan.model_file,
            "sha256": model.sha256,
            "labels": list(plan.bundle.labels),
        },
        clips=[{"clip": plan.clip.name, "gloss": plan.clip.gloss, "source": "samples"}],
    )


async def _processes(plan: Plan, recorder: Recorder, progress: Progress, console: Console) -> None:
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        weights: Path | None = Path(folder) / "weights.pt"
        try:
            await asyncio.to_thread(baseline_weights, plan.bundle.folder, weights)
        except ColdStartError as error:
            console.print(str(error), markup=False, soft_wrap=True)
            weights = None
        task = progress.add_task("endpoint process" if weights is None else "endpoint, baseline", total=plan.runs)
        starts = server_starts(recorder, plan.bundle.folder, plan.model_file, weights, plan.runs)
        await _follow(starts, progress, task)
    task = progress.add_task("Lambda function's init", total=plan.runs)
    await _follow(function_inits(recorder, plan.runs), progress, task)


async def _containers(plan: Plan, recorder: Recorder, progress: Progress, console: Console) -> None:
    try:
        client = engine()
    except ColdStartError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return
    with closing(client):
        task = progress.add_task("endpoint's container", total=plan.runs)
        await _follow(container_starts(recorder, client, plan.bundle.folder, plan.runs), progress, task)


async def _visitors(plan: Plan, recorder: Recorder, progress: Progress) -> None:
    profile = plan.network or shipped()[LOOPBACK]
    name = profile.name if plan.network else None
    task = progress.add_task("visitors, cold cloud", total=plan.runs)
    async with async_playwright() as playwright:
        with (
            LocalCloud(plan.bundle.folder, plan.model_file) as cloud,
            place(profile, cloud, plan.dist, plan.other_bundle, plan.query) as where,
        ):
            if plan.network is not None:
                recorder.network(
                    network=profile.name,
                    emulation=where.emulation,
                    nominal=profile.nominal,
                    source=f"{profile.source} ({profile.date})",
                    measured=await where.calibrate(playwright, 0.5),
                )
            for number in range(plan.runs):
                visitor = Visitor(playwright, recorder, cloud, where, plan.clip, number, name)
                async with aclosing(visitor.visits()) as visits:
                    async for done in visits:
                        progress.update(task, description=f"visitors, cold cloud: {done}")
                progress.advance(task)


async def _follow(steps: AsyncIterator[Any], progress: Progress, task: TaskID) -> None:
    async with aclosing(steps):
        async for _ in steps:
            progress.advance(task)
