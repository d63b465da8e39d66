"""`cerca coldstart`: every cold start that this machine can show, one run."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright
from rich.console import Console
from rich.progress import Progress

from infra.local import LocalCloud
from loadtests import environment
from loadtests.clips import Clip
from loadtests.coldstart.containers import container_starts, engine
from loadtests.coldstart.errors import ColdStartError
from loadtests.coldstart.parts import cold_processes, cold_visitors, follow
from loadtests.interruption import interruptible
from loadtests.network.place import place
from loadtests.network.profiles import Profile, shipped
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
    recorder = Recorder(plan.run_folder / "samples.jsonl", plan.run_folder.name)
    completed = False
    try:
        _describe(plan, recorder)
        folder = plan.bundle.folder
        async with interruptible():
            await cold_processes(recorder, folder, plan.model_file, plan.runs, progress, console, baseline=True)
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


async def _containers(plan: Plan, recorder: Recorder, progress: Progress, console: Console) -> None:
    try:
        client = engine()
    except ColdStartError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return
    with closing(client):
        task = progress.add_task("endpoint's container", total=plan.runs)
        await follow(container_starts(recorder, client, plan.bundle.folder, plan.runs), progress, task)


async def _visitors(plan: Plan, recorder: Recorder, progress: Progress) -> None:
    profile = plan.network or shipped()[LOOPBACK]
    name = profile.name if plan.network else None
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
            await cold_visitors(playwright, recorder, cloud, where, plan.clip, plan.runs, name, progress)
