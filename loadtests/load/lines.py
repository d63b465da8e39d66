"""One request's record as a JSON line: what `analysis.records.RequestRecord` reads, without its cost.

This runs between the requests of a load, in the process that sends them: `python -m loadtests.bench_load` holds it to
20 us a record. tests/loadtests/load/test_lines.py reads every field back through the record's own type.
"""

import re

import orjson

from analysis.records import SCHEMA

_ENTRY = re.compile(r'(?:^|,)\s*([^\s;,=]+)\s*;(?:[^,]*;)?\s*dur="?(\d[\d.]*)"?\s*(?=[;,]|$)')


def request_line(
    *,
    load: str,
    stage: int,
    id: str,
    name: str,
    worker: str,
    due: float | None,
    sent: float,
    ended: float,
    status: int | None,
    error: str | None,
    bytes_up: int,
    bytes_down: int,
    server: dict[str, float],
) -> bytes:
    """due, sent, ended: Unix seconds. `ms` counts from `due` where there is one (docs/contracts.md, "request")."""
    record = {
        "schema": SCHEMA,
        "kind": "request",
        "t": sent,
        "load": load,
        "stage": stage,
        "id": id,
        "name": name,
        "worker": worker,
        "ms": max(0.0, (ended - (sent if due is None else due)) * 1e3),
        "service_ms": (ended - sent) * 1e3,
        "bytes_up": bytes_up,
        "bytes_down": bytes_down,
    }
    if due is not None:
        record["due"] = due
    if status is not None:
        record["status"] = status
    if error is not None:
        record["error"] = error
    if server:
        record["server"] = server
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def server_timings(header: str) -> dict[str, float]:
    """`gateway;dur=9.1, lambda;dur=8.2` -> milliseconds by name. Entries without a duration, or with one that is no
    number, are left out: a header cannot spoil a record."""
    try:
        return {name: float(ms) for name, ms in _ENTRY.findall(header)}
    except ValueError:  # `1.2.3`
        return {}
