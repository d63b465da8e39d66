"""The measuring commands of `cerca`."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.commands import SHIPPED_BUNDLE

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"


class Language(StrEnum):
    """Checked before anything is measured, so that a slip costs no run."""

    EN = "en"
    ES = "es"


def compare(
    clips: Annotated[
        Path, typer.Option(help="Clips: a folder of GLOSS/clip.mp4, or one with a manifest.csv (clip,label).")
    ] = SAMPLES,
    bundle: Annotated[Path, typer.Option(help="The model bundle that both sides run.")] = SHIPPED_BUNDLE,
    model: Annotated[str | None, typer.Option(help="Which of the bundle's files; default: the bundle's own.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Warm rounds; default: enough for a p90.")] = None,
    cold: Annotated[int | None, typer.Option(min=0, help="Cold runs of each side; default 10, with --full 20.")] = None,
    load: Annotated[
        float | None, typer.Option(min=0, help="Seconds of each load ramp, 0: none; default 12, with --full 40.")
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Measure over this network too (`cerca network` lists them; or a .json file); repeatable."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Every network, the PyTorch baseline, longer loads: about an hour.")
    ] = False,
    fps: Annotated[float, typer.Option(min=1, max=60, help="Frames a second that the landmarkers see.")] = 10,
    threads: Annotated[int, typer.Option(min=1, max=8, help="Threads of the classifier in the browser.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the clips' order.")] = 1,
    reports: Annotated[Path, typer.Option(help="Where reports go; `latest` points at the newest.")] = Path("reports"),
    language: Annotated[Language, typer.Option(help="The language in which the report opens.")] = Language.EN,
) -> None:
    """Run both paths on the same clips and write the comparison.

    Exit codes: 0 all clips measured; 1 the report is written, but something in it failed; 2 nothing was measured;
    130 interrupted (what was measured until then is reported, and marked).
    """
    from analysis.errors import AnalysisError
    from infra.local import LocalStackError
    from loadtests import compare as comparing
    from loadtests.chromium import find_chromium
    from loadtests.clips import find_clips
    from loadtests.errors import LoadtestError
    from loadtests.network import profiles
    from recognizer import bundle as bundles

    console = Console(stderr=True)
    explained = (LoadtestError, bundles.BundleError, LocalStackError, AnalysisError)

    def tell(error: Exception) -> None:
        console.print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)

    try:
        found = find_clips(clips)
        loaded = bundles.load(bundle)
        networks = (
            list(profiles.shipped().values())
            if full and not network
            else [profiles.find(name) for name in network or []]
        )
        find_chromium()
        settings = comparing.Settings(
            rounds=rounds or comparing.enough_rounds(len(found)),
            cold_runs=cold if cold is not None else 20 if full else 10,
            fps=fps,
            threads=threads,
            model_file=loaded.model(model).path.name,
            seed=seed,
            clips="samples" if clips.resolve() == SAMPLES else "own",
            load_seconds=load if load is not None else 40 if full else 12,
            networks=[profile.name for profile in networks],
            baseline=full,
        )
        plan = comparing.Plan(found, loaded, comparing.new_run_folder(reports), settings, networks)
    except explained as error:
        tell(error)
        raise typer.Exit(2) from None
    console.print(
        f"{len(found)} clips x {settings.rounds} rounds; {loaded.name}/{settings.model_file} "
        f"SHA-256 {loaded.model(settings.model_file).sha256}",
        soft_wrap=True,
    )
    try:
        exit_code = 1 if asyncio.run(comparing.run(plan, console)) else 0
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted: reporting what was measured until now.")
        exit_code = 130
    except explained as error:
        tell(error)
        exit_code = 1
    try:
        if not comparing.report(plan.run_folder, language.value, Console()) and exit_code != 130:
            exit_code = 2
    except AnalysisError as error:
        tell(error)
        exit_code = exit_code or 1
    raise typer.Exit(exit_code)
