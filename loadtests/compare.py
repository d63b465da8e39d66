"""`cerca compare`: both paths, the same model file, the same clips, one run."""

import os
import shutil
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.async_api import async_playwright
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from analysis import read_records, write_report
from analysis.records import StepRecord
from analysis.terminal import print_summary
from infra.commands import SHIPPED_BUNDLE
from infra.local import LocalCloud, SiteServer
from loadtests import environment
from loadtests.clips import Clip
from loadtests.coldstart.parts import cold_processes, cold_visitors
from loadtests.errors import LoadtestError
from loadtests.interruption import interruptible
from loadtests.load.part import load_part
from loadtests.native import NativeModel
from loadtests.network.part import NetworkPlan, network_part
from loadtests.network.place import place
from loadtests.network.profiles import Profile, shipped
from loadtests.recorder import Recorder
from loadtests.trials import TrialRunner
from loadtests.warm import WarmPage, inference_benchmark, warm_rounds
from recognizer import bundle as bundles

ROOT = Path(__file__).parent.parent
SITE = ROOT / "edge_site" / "dist"

# p90 is shown from 64 samples on: enough rounds for that, however few the clips.
ENOUGH_SAMPLES = 64
FEWEST_ROUNDS = 2
# The shape that the thesis benchmarks, so that the figures can stand side by side.
BENCHMARK = {"frames": 70, "warmup": 50, "runs": 200}


@dataclass(frozen=True)
class Settings:
    """What a run depends on; written into its records."""

    rounds: int
    cold_runs: int
    fps: float
    threads: int
    model_file: str
    seed: int
    clips: str
    load_seconds: float
    networks: list[str] = field(default_factory=list)
    baseline: bool = False


@dataclass(frozen=True)
class Plan:
    """What to run and where to put it."""

    clips: list[Clip]
    bundle: bundles.Bundle
    run_folder: Path
    settings: Settings
    networks: list[Profile] = field(default_factory=list)

    @property
    def other_bundle(self) -> Path | None:
        """The bundle's folder, where it is not the one built into the site."""
        return None if self.bundle.folder.resolve() == SHIPPED_BUNDLE else self.bundle.folder


def enough_rounds(clips: int) -> int:
    """Rounds that give ENOUGH_SAMPLES with `clips` clips, at least FEWEST_ROUNDS."""
    return max(FEWEST_ROUNDS, -(-ENOUGH_SAMPLES // clips))


async def run(plan: Plan, console: Console) -> int:
    """Runs the plan, writing `samples.jsonl` as it goes; the number of failures.

    Interrupted (Ctrl-C, SIGTERM), it closes browser and cloud, marks the records as cut short, and raises
    CancelledError.
    """
    recorder = Recorder(plan.run_folder / "samples.jsonl", plan.run_folder.name)
    completed = False
    try:
        async with interruptible():
            await _measure(plan, recorder, console)
        completed = True
    finally:
        recorder.close(completed)
    return recorder.failures


async def _measure(plan: Plan, recorder: Recorder, console: Console) -> None:
    settings = plan.settings
    runner = TrialRunner(recorder, NativeModel(plan.bundle, settings.model_file))
    surroundings = environment.describe()
    usable = list(plan.clips)
    query = f"fps={settings.fps:g}&threads={settings.threads}&model={settings.model_file}&lang=en"
    async with async_playwright() as playwright:
        with LocalCloud(plan.bundle.folder, settings.model_file) as cloud, _progress(console) as progress:
            with SiteServer(SITE, cloud.gateway_url, bundle=plan.other_bundle) as site:
                async with WarmPage(playwright, f"{site.url}?{query}") as warm:
                    _describe_run(plan, recorder, surroundings | warm.describe())
                    await _measure_warm(plan, recorder, runner, warm, usable, progress)
            if not usable:
                raise LoadtestError("None of the clips could be used: the report names what was wrong with each.")
            if settings.load_seconds:
                folder, keypoints = plan.bundle.folder, list(runner.keypoints.values())
                await load_part(
                    recorder, cloud, folder, settings.model_file, keypoints, console, seconds=settings.load_seconds
                )
            await cold_processes(
                recorder,
                plan.bundle.folder,
                settings.model_file,
                settings.cold_runs,
                progress,
                console,
                baseline=settings.baseline,
            )
            with place(shipped()["loopback"], cloud, SITE, plan.other_bundle, query) as where:
                await cold_visitors(playwright, recorder, cloud, where, usable[0], settings.cold_runs, None, progress)
            if plan.networks:
                networks = NetworkPlan(plan.networks, SITE, plan.other_bundle, query, visits=settings.cold_runs)
                task = progress.add_task("networks", total=None)
                async with aclosing(network_part(playwright, recorder, cloud, usable[0], networks)) as steps:
                    async for done in steps:
                        progress.update(task, description=done)


async def _measure_warm(
    plan: Plan, recorder: Recorder, runner: TrialRunner, warm: WarmPage, usable: list[Clip], progress: Progress
) -> None:
    """Everything that is measured in one open page; leaves in `usable` the clips that can be."""
    settings = plan.settings
    await warm.warm_up(usable)
    task = progress.add_task("classifier in the page against a bare loop", total=1)
    await inference_benchmark(warm.page, recorder, **BENCHMARK)
    progress.advance(task)
    task = progress.add_task("warm rounds", total=len(usable) * settings.rounds)
    async for _ in warm_rounds(warm, runner, usable, settings.rounds, settings.seed):
        progress.advance(task)
    progress.update(task, completed=len(plan.clips) * settings.rounds)


def _describe_run(plan: Plan, recorder: Recorder, surroundings: dict) -> None:
    recorder.run(
        environment=surroundings,
        settings=asdict(plan.settings) | {"benchmark": BENCHMARK},
        model={
            "name": plan.bundle.name,
            "file": plan.settings.model_file,
            "sha256": plan.bundle.model(plan.settings.model_file).sha256,
            "labels": list(plan.bundle.labels),
        },
        clips=[
            {"clip": clip.name, "gloss": clip.gloss, "signer": clip.signer, "source": plan.settings.clips}
            for clip in plan.clips
        ],
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<44}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def new_run_folder(reports: Path) -> Path:
    """`reports/<time>/`, new."""
    folder = reports / datetime.now().strftime("%Y-%m-%dT%H-%M-%S")
    folder.mkdir(parents=True)
    return folder


def point_latest_at(run_folder: Path) -> None:
    """`reports/latest` -> this run, replaced in one step."""
    link = run_folder.parent / f".latest-{os.getpid()}"
    link.symlink_to(run_folder.name)
    link.replace(run_folder.parent / "latest")


def report(run_folder: Path, language: str, console: Console) -> bool:
    """Writes the report of what was measured and shows its summary; False when nothing was, and nothing is kept."""
    if not any(isinstance(record, StepRecord) for record in read_records(run_folder / "samples.jsonl")):
        shutil.rmtree(run_folder)
        return False
    comparison = write_report(run_folder, language)
    point_latest_at(run_folder)
    print_summary(comparison, console, language)
    console.print(f"Report: {run_folder.parent / 'latest' / 'index.html'}", soft_wrap=True)
    return True
