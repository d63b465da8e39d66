"""Several runs side by side: another machine, another version; regressions marked."""

from pathlib import Path

from pydantic import TypeAdapter

from analysis.compare import load
from analysis.errors import AnalysisError
from analysis.runs.compare import MARGIN, compare_runs
from analysis.runs.comparison import RunsComparison
from analysis.runs.page import render
from analysis.whole_file import write_whole
from analysis.wording import Words

__all__ = ["MARGIN", "RunsComparison", "compare_runs", "write_runs_report"]

MOST_RUNS = 26  # one letter each
RunsComparisonJson: TypeAdapter[RunsComparison] = TypeAdapter(RunsComparison)


def write_runs_report(run_dirs: list[Path], out: Path, language: str = "en", margin: float = MARGIN) -> RunsComparison:
    """Compares two or more runs, the first being the reference, and writes `comparison.json` and `index.html` into
    `out`, which is made where it is missing. Raises RecordError for a run that cannot be read, AnalysisError."""
    Words(language)
    if len({run_dir.resolve() for run_dir in run_dirs}) < len(run_dirs):
        raise AnalysisError("The same run is given twice: a run cannot be compared with itself.")
    if len(run_dirs) > MOST_RUNS:
        raise AnalysisError(f"{len(run_dirs)} runs are too many to stand side by side: give at most {MOST_RUNS}.")
    comparison = compare_runs([load(run_dir / "samples.jsonl") for run_dir in run_dirs], margin)
    page = render(comparison, language)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalysisError(f"{out} cannot be created: {error.strerror}; choose another folder.") from error
    write_whole(out / "comparison.json", RunsComparisonJson.dump_json(comparison, indent=2) + b"\n")
    write_whole(out / "index.html", page.encode())
    return comparison
