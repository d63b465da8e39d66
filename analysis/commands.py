"""The report command of `cerca`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run: it holds samples.jsonl.")] = Path("reports/latest"),
    language: Annotated[str, typer.Option(help="The language in which the page opens: en or es.")] = "en",
) -> None:
    """Write a run's report.json and index.html anew from its raw samples.

    Exit codes: 0 written; 2 nothing written, one sentence says why.
    """
    from analysis.errors import AnalysisError
    from analysis.report import write_report
    from analysis.terminal import print_summary

    try:
        comparison = write_report(run, language)
    except AnalysisError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None
    console = Console()
    print_summary(comparison, console, language)
    console.print(f"\n{run / 'index.html'}", soft_wrap=True)
