"""`cerca coldstart`: what the first request, and the first visit, pay."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.commands import SHIPPED_BUNDLE
from loadtests.commands import SAMPLES

FEWEST_RUNS = 20


def coldstart(
    runs: Annotated[int, typer.Option(min=1, help="Cold starts of each kind.")] = FEWEST_RUNS,
    network: Annotated[
        str | None, typer.Option(help="Between visitor and servers: a profile of `cerca network`, or a .json file.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option(help="A deployment.json: force cold starts of that stack instead, which costs money.")
    ] = None,
    idle_minutes: Annotated[
        float, typer.Option(min=0, help="With --target: how long a serverless endpoint is left alone to be cold.")
    ] = 20,
    yes: Annotated[bool, typer.Option("--yes", help="With --target: go on without asking.")] = False,
    bundle: Annotated[Path, typer.Option(help="The model bundle that both sides run.")] = SHIPPED_BUNDLE,
    model: Annotated[str | None, typer.Option(help="Which of the bundle's files; default: the bundle's own.")] = None,
    clips: Annotated[Path, typer.Option(help="Clips, of which the first is recognised.")] = SAMPLES,
    reports: Annotated[Path, typer.Option(help="Where the run's folder goes.")] = Path("reports"),
) -> None:
    """Measure cold starts: endpoint, baseline, Lambda function, container, first visits; each with its parts.

    Exit codes: 0 done; 1 done, but some of it failed; 2 nothing was measured; 130 interrupted (what was measured until
    then is kept, and shown).
    """
    from infra.deploy.errors import DeployError
    from infra.local import LocalStackError
    from loadtests.compare import new_run_folder
    from loadtests.errors import LoadtestError
    from recognizer.bundle import BundleError

    console = Console(stderr=True)
    explained = (LoadtestError, BundleError, LocalStackError, DeployError)
    run_folder: Path | None = None
    try:
        if target is not None:
            measure = _on_target(target, runs, idle_minutes, yes, console)
        else:
            measure = _here(bundle, model, clips, network, runs, console)
        run_folder = new_run_folder(reports)
        exit_code = 1 if measure(run_folder) else 0
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted: this is what was measured until now.")
        exit_code = 130
    except explained as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        exit_code = 1
    samples = run_folder / "samples.jsonl" if run_folder else None
    if samples is None or not _show(samples):
        if run_folder is not None:
            samples.unlink(missing_ok=True)
            run_folder.rmdir()
        raise typer.Exit(130 if exit_code == 130 else 2)
    raise typer.Exit(exit_code)


def _here(bundle: Path, model: str | None, clips: Path, network: str | None, runs: int, console: Console):
    """What measures on this machine, given a folder. Raises LoadtestError and BundleError before anything is made."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from loadtests.chromium import find_chromium
    from loadtests.clips import find_clips
    from loadtests.coldstart import run as running
    from loadtests.compare import SITE
    from loadtests.network.profiles import find
    from recognizer import bundle as bundles

    loaded = bundles.load(bundle)
    model_file = loaded.model(model).path.name
    profile = find(network) if network else None
    clip = find_clips(clips)[0]
    find_chromium()
    other = None if bundle.resolve() == SHIPPED_BUNDLE else bundle
    query = f"fps=10&threads=1&model={model_file}&lang=en"

    def measure(run_folder: Path) -> int:
        plan = running.Plan(loaded, model_file, clip, SITE, runs, profile, query, other, run_folder)
        columns = (TextColumn("{task.description:<48}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            return asyncio.run(running.run(plan, progress, console))

    return measure


def _on_target(target: Path, runs: int, idle_minutes: float, yes: bool, console: Console):
    """What measures a deployment, given a folder; asks first. Raises DeployError, LoadtestError."""
    from loadtests.coldstart.deployed import Deployed

    deployed = Deployed.read(target, runs, idle_minutes)
    console.print(deployed.cost(), markup=False, soft_wrap=True)
    if not yes and not typer.confirm("Go on?", err=True):
        raise typer.Exit(2)
    return lambda run_folder: deployed.measure(run_folder, console)


def _show(samples: Path) -> bool:
    """Whether there is anything to show."""
    from loadtests.coldstart.table import cold_table

    if not samples.exists():
        return False
    table = cold_table(samples)
    if not table.row_count:
        return False
    shown = Console()
    shown.print(table)
    shown.print(f"Records: {samples}", markup=False, soft_wrap=True, highlight=False)
    return True
