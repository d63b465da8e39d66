"""Running a user file with Locust, as a person does."""

import subprocess
import sys
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from analysis.records import LoadRecord, RequestRecord, read_records
from infra.local.endpoint_process import free_port
from tests.e2e.processes import ROOT, marked, survivors

USERS = ROOT / "loadtests" / "users"


def locust(
    user_file: str, *options: object, before: tuple[str, ...] = ()
) -> AbstractContextManager[tuple[subprocess.Popen, str]]:
    """`BEFORE locust -f loadtests/users/USER_FILE ...` in a session of its own, `marked`."""
    command = [sys.executable, "-m", "locust", "-f", str(USERS / user_file), "--headless", "--only-summary"]
    return marked(
        [*before, *command, "--exit-code-on-error", "0", *map(str, options)],
        {},
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def run_locust(user_file: str, *options: object, before: tuple[str, ...] = ()) -> tuple[int, str]:
    """To its end: exit code and output. Nothing of it may be left."""
    with locust(user_file, *options, before=before) as (process, mark):
        output, _ = process.communicate(timeout=60)
        assert not survivors(mark), output
        return process.returncode, output


def two_workers() -> list[object]:
    port = free_port()
    return ["--processes", 2, "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]


def recorded(samples: Path) -> tuple[LoadRecord, list[RequestRecord]]:
    """The load of a samples file, and its requests in the order of their sending."""
    first, *others = read_records(samples)
    assert isinstance(first, LoadRecord)
    assert {record.kind for record in others} <= {"request"}
    return first, sorted(others, key=lambda record: record.t)


def names(requests: list[RequestRecord]) -> Counter[str]:
    return Counter(request.name for request in requests)
