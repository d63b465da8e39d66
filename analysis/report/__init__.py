"""The report of a run: `report.json` (docs/report.md) and `index.html`, made from its `samples.jsonl` alone."""

from pathlib import Path

from pydantic import TypeAdapter

from analysis.compare import Comparison, compare, load
from analysis.cost.assumptions import read_assumptions
from analysis.report.divergence import read_divergence
from analysis.report.page import render
from analysis.whole_file import write_whole
from analysis.wording import Words

__all__ = ["write_report"]

ComparisonJson: TypeAdapter[Comparison] = TypeAdapter(Comparison)


def write_report(
    run_dir: Path, language: str = "en", assume: Path | None = None, divergence: Path | None = None
) -> Comparison:
    """Writes `report.json` and `index.html` beside `run_dir/samples.jsonl`, each whole or not at all.

    `language` ("en" or "es") is the one in which the page opens; it holds both. `assume`: a TOML file of assumptions
    about cost and scale. `divergence`: a folder of `cerca divergence`, shown on the page alone. Raises RecordError
    for a samples file that cannot be used, AnalysisError for an unknown language, an `assume` or `divergence` that
    cannot be used, or a folder that cannot be written.
    """
    Words(language)
    gap = read_divergence(divergence) if divergence else None
    log = load(run_dir / "samples.jsonl")
    comparison = compare(log, read_assumptions(assume))
    write_whole(run_dir / "report.json", ComparisonJson.dump_json(comparison, indent=2) + b"\n")
    write_whole(run_dir / "index.html", render(comparison, log, language, gap).encode())
    return comparison
