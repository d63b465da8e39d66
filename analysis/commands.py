"""The report command of `cerca`."""

import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ExportFormat = Annotated[
    str | None, typer.Option("--export", help="Also write samples, requests and steps: csv or parquet.")
]


def report(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folder of a run (default: reports/latest), or several to compare; the first is the reference."
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="The language in which the page opens: en or es.")] = "en",
    ci: Annotated[Path | None, typer.Option(help="TOML file of limits that the (last) run must keep.")] = None,
    export: ExportFormat = None,
    out: Annotated[
        Path | None, typer.Option(help="Where a comparison of runs goes (default: reports/compare-TIME).")
    ] = None,
    assume: Annotated[
        Path | None, typer.Option(help="TOML file with assumptions about cost and scale (docs/cost.md).")
    ] = None,
    divergence: Annotated[
        Path | None, typer.Option(help="Folder of cerca divergence, to show the landmark engines' gap too.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(min=0, help="Of several runs: mark no ratio closer to 1 than this (default: 0.05).")
    ] = None,
) -> None:
    """Write a run's report.json and index.html anew from its raw samples, or compare several runs.

    Exit codes: 0 written; 1 written, and a limit of --ci was missed or, with --ci, a later run regressed; 2 nothing
    written, one sentence says why.
    """
    from analysis.errors import AnalysisError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, so that no half-written file is left
    try:
        kept = _report(runs or [Path("reports/latest")], language, ci, export, out, assume, divergence, margin)
    except AnalysisError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None
    if not kept:
        raise typer.Exit(1)


def _report(
    runs: list[Path],
    language: str,
    ci: Path | None,
    export: str | None,
    out: Path | None,
    assume: Path | None,
    divergence: Path | None,
    margin: float | None,
) -> bool:
    """Whether the run kept its limits."""
    from analysis.compare import load
    from analysis.errors import AnalysisError
    from analysis.export import export as write_export
    from analysis.report import write_report
    from analysis.terminal import print_limits, print_runs, print_summary
    from analysis.thresholds import judge, read_thresholds

    console = Console()
    if export not in (None, "csv", "parquet"):
        raise AnalysisError(f"export {export!r} is unknown; choose csv or parquet.")
    thresholds = read_thresholds(ci) if ci else []
    kept = True
    if len(runs) == 1:
        (run,) = runs
        if out is not None:
            raise AnalysisError("--out is for a comparison of several runs; a run's report stands in its own folder.")
        comparison = write_report(run, language, assume, divergence)
        print_summary(comparison, console, language)
        written = [run / "index.html"]
        if export:
            written += write_export(run, comparison, export)
    else:
        from analysis.runs import MARGIN, write_runs_report

        if export:
            raise AnalysisError("--export is for one run; give each run by itself.")
        if assume or divergence:
            raise AnalysisError("--assume and --divergence are for one run's report.")
        out = out or Path("reports") / datetime.now().strftime("compare-%Y-%m-%dT%H-%M-%S")
        compared = write_runs_report(runs, out, language, MARGIN if margin is None else margin)
        print_runs(compared, console, language)
        written = [out / "index.html"]
        kept = not (ci and compared.regressions)
    console.print()
    for path in written:
        console.print(str(path), soft_wrap=True, markup=False, highlight=False)
    if thresholds:
        judged = judge(load(runs[-1] / "samples.jsonl"), thresholds)
        print_limits(judged, console)
        kept = kept and not any(each.outcome == "missed" for each in judged)
    return kept
