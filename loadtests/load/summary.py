"""What a load came to, stage by stage, for the terminal. The report has the intervals."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from analysis.records import LoadRecord, RequestRecord, Stage, read_records

FEWEST = {0.5: 1, 0.9: 64, 0.99: 662}
"""Samples that a percentile needs to be shown (docs/report.md)."""


@dataclass
class Row:
    """Requests of one name in one stage."""

    ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, record: RequestRecord) -> None:
        self.statuses["no answer" if record.status is None else str(record.status)] += 1
        if record.status is not None and record.status < 400:
            self.ms.append(record.ms)
        if record.late_ms is not None:
            self.late_ms.append(record.late_ms)


@dataclass
class Summary:
    """`rows`: by load, stage and name."""

    loads: dict[str, LoadRecord] = field(default_factory=dict)
    rows: dict[tuple[str, int, str], Row] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return sum(sum(row.statuses.values()) for row in self.rows.values())

    @property
    def unanswered(self) -> int:
        return sum(row.statuses["no answer"] for row in self.rows.values())


def summarised(samples: Path) -> Summary:
    """Raises RecordError."""
    summary = Summary()
    for record in read_records(samples):
        if isinstance(record, LoadRecord):
            summary.loads[record.load] = record
        elif isinstance(record, RequestRecord):
            summary.rows.setdefault((record.load, record.stage, record.name), Row()).add(record)
    return summary


def show(summary: Summary, console: Console) -> None:
    console.print(", ".join(f"{load.load}: {load.workload} workload" for load in summary.loads.values()))
    words, numbers = ("request", "answers"), ("n", "good/s", "p50 ms", "p90 ms", "p99 ms", "late p99")
    table = Table(box=None, pad_edge=False)
    for column in ("load", words[0], *numbers, words[1]):
        table.add_column(column, justify="left" if column in words else "right", no_wrap=column not in words)
    for (load, stage, name), row in sorted(summary.rows.items()):
        asked = summary.loads[load].stages[stage]
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(row.statuses.items()))
        percentiles = [_percentile(row.ms, quantile) for quantile in FEWEST]
        rate = f"{len(row.ms) / asked.seconds:.1f}"
        n = str(sum(row.statuses.values()))
        table.add_row(_asked(asked), name, n, rate, *percentiles, _percentile(row.late_ms, 0.99), answers)
    console.print(table)


def _asked(stage: Stage) -> str:
    return f"{stage.rate:g}/s" if stage.rate is not None else f"{stage.users} user{'s' if stage.users > 1 else ''}"


def _percentile(values: list[float], quantile: float) -> str:
    """`-` where there are too few."""
    return f"{np.quantile(values, quantile):.2f}" if len(values) >= FEWEST[quantile] else "-"
