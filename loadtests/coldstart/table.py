"""The cold starts of a run as a table: medians with their intervals, parts under their whole."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from rich.table import Table

from analysis import read_records
from analysis.records import StepRecord
from analysis.statistics import Samples, summarise

ROWS = {
    "exec_to_ready": "endpoint process, exec to first 200",
    "start_interpreter": "  interpreter",
    "start_imports": "  imports",
    "start_model": "  model loaded",
    "start_first_run": "  first run",
    "endpoint_first_answer": "endpoint, exec to first prediction",
    "baseline_first_answer": "PyTorch baseline, exec to prediction",
    "container_ready": "container, start to first 200",
    "lambda_exec_to_ready": "Lambda function, exec to first request",
    "lambda_boot": "  interpreter and runtime client",
    "lambda_imports": "  the function's own imports",
    "lambda_init": "Lambda init, within a request",
    "first_visit": "first visit, navigation to ready",
    "visit_connect": "  DNS, TCP, TLS",
    "visit_download": "  download",
    "visit_compile": "  compile, where not hidden",
    "visit_session": "  sessions",
    "visit_first_frame": "first clip's first frame",
    "first_answer": "navigation to first answer in the page",
    "repeat_visit": "second visit",
    "offline_visit": "visit without a network",
    "round_trip": "cloud path, request that met it cold",
}


def cold_table(samples: Path) -> Table:
    """Of the cold steps of a samples file; in brackets a range, where there are too few for an interval."""
    found: dict[str, list[float]] = defaultdict(list)
    for record in read_records(samples):
        if isinstance(record, StepRecord) and record.phase == "cold":
            found[record.step].append(record.ms)
    table = Table(box=None, pad_edge=False)
    for column in ("cold starts", "median, ms", "95 % interval", "n"):
        table.add_column(column, justify="left" if column == "cold starts" else "right", no_wrap=True)
    for step, label in ROWS.items():
        if not found[step]:
            continue
        summary = summarise(Samples(np.array(found[step])))
        interval = summary.median.interval
        table.add_row(
            label,
            f"{summary.median.value:.1f}",
            # Too few for an interval: all there is to say is between what they lie.
            f"{interval.low:.1f} to {interval.high:.1f}"
            if interval
            else f"({summary.minimum:.1f} to {summary.maximum:.1f})",
            str(summary.n),
        )
    return table
