"""Running a user file with Locust, as a person does."""

import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.records import LoadRecord, RequestRecord, read_records
from infra.local.endpoint_process import free_port
from tests.e2e.processes import MARK, ROOT, marked_processes, survivors

USERS = ROOT / "loadtests" / "users"


@contextmanager
def locust(user_file: str, *options: object, before: tuple[str, ...] = ()) -> Iterator[tuple[subprocess.Popen, str]]:
    """`BEFORE locust -f loadtests/users/USER_FILE ...` running; yields it and its mark, and kills what is left."""
    mark = uuid.uuid4().hex
    command = [sys.executable, "-m", "locust", "-f", str(USERS / user_file), "--headless", "--only-summary"]
    process = subprocess.Popen(
        [*before, *command, "--exit-code-on-error", "0", *map(str, options)],
        env=os.environ | {MARK: mark},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        yield process, mark
    finally:
        for left in marked_processes(mark):
            left.kill()
        process.wait()


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
