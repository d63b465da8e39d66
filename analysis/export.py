"""A run's raw samples and its table of steps as CSV or Parquet, for other tools.

`samples`: every step as recorded; `requests`: every request of a load, the server's timings as JSON; `steps`: the
summary of each step, as in report.json. The samples pass through in batches: a run of any length can be exported.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from analysis.compare import Comparison
from analysis.errors import AnalysisError
from analysis.fast_records import Request, Step, read_fast
from analysis.records import RequestRecord, StepRecord

Format = Literal["csv", "parquet"]
BATCH = 50_000
SAMPLES = {
    **{"t": float, "trial": str, "clip": str, "round": int, "phase": str, "path": str, "wire": str, "step": str},
    **{"ms": float, "clock": str, "bytes": int, "frames": int, "network": str},
}
REQUESTS = {
    **{"t": float, "load": str, "stage": int, "id": str, "name": str, "worker": str, "due": float, "ms": float},
    **{"service_ms": float, "status": int, "error": str, "bytes_up": int, "bytes_down": int, "server": str},
}
STEPS = {
    **{"phase": str, "path": str, "wire": str, "step": str, "n": int, "clips": int, "median_ms": float},
    **{"low_ms": float, "high_ms": float, "p90_ms": float, "p99_ms": float, "minimum_ms": float, "maximum_ms": float},
}
Row = tuple[Any, ...]


def export(run_dir: Path, comparison: Comparison, format: Format) -> list[Path]:
    """Writes `samples`, `steps` and, where the run has any, `requests` beside the run's file, each whole or not at
    all; returns their paths. Raises AnalysisError, RecordError."""
    write = _write_csv if format == "csv" else _write_parquet
    records = run_dir / "samples.jsonl"
    tables = {
        "samples": (SAMPLES, _rows(records, SAMPLES, (Step, StepRecord))),
        "requests": (REQUESTS, _requests(records)),
        "steps": (STEPS, _steps(comparison)),
    }
    written = []
    for name, (columns, rows) in tables.items():
        first = next(rows, None)
        if first is None and name == "requests":
            continue
        path = run_dir / f"{name}.{format}"
        _whole(path, write, columns, chain([] if first is None else [first], rows))
        written.append(path)
    return written


def _rows(records: Path, columns: dict[str, type], kinds: tuple[type, ...]) -> Iterator[Row]:
    for record in read_fast(records, lambda _: None):
        if type(record) in kinds:
            yield tuple(getattr(record, name) for name in columns)


def _requests(records: Path) -> Iterator[Row]:
    for *row, server in _rows(records, REQUESTS, (Request, RequestRecord)):
        yield (*row, json.dumps(server) if server else None)


def _steps(comparison: Comparison) -> Iterator[Row]:
    for row in comparison.steps:
        ms, interval = row.ms, row.ms.median.interval
        low, high = (interval.low, interval.high) if interval else (None, None)
        p90, p99 = (each and each.value for each in (ms.p90, ms.p99))
        step = (row.phase, row.path, row.wire, row.step)
        yield (*step, ms.n, ms.clips, ms.median.value, low, high, p90, p99, ms.minimum, ms.maximum)


def _whole(path: Path, write, columns: dict[str, type], rows: Iterable[Row]) -> None:
    """Writes beside `path`, then renames."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(temporary, columns, rows)
        temporary.replace(path)
    except OSError as error:
        raise AnalysisError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write_csv(path: Path, columns: dict[str, type], rows: Iterable[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _write_parquet(path: Path, columns: dict[str, type], rows: Iterable[Row]) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise AnalysisError(
            "Parquet needs pyarrow, which is not installed: `pip install cerca[parquet]`, or export csv."
        ) from error
    types = {float: pyarrow.float64(), int: pyarrow.int64(), str: pyarrow.string()}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
    rows = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, BATCH)):
            arrays = [
                pyarrow.array(column, type=field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
