"""Running the command line as a user does, and finding whatever it leaves behind."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
MARK = "CERCA_TEST_MARK"


def marked_processes(mark: str) -> list[psutil.Process]:
    """Every live process that inherited `mark`: the command, its children and theirs, however far they strayed."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


@contextmanager
def marked(command: list[str], environment: dict[str, str], **options: Any) -> Iterator[tuple[subprocess.Popen, str]]:
    """`command` running in the project's folder; yields the process and its mark, and kills what is left at the end.
    options: of Popen."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        command,
        env=os.environ | {MARK: mark} | environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
    try:
        yield process, mark
    finally:
        for left in marked_processes(mark):
            left.kill()
        process.wait()


def cerca(*arguments: str, **environment: str) -> AbstractContextManager[tuple[subprocess.Popen, str]]:
    """`cerca ARGUMENTS`, `marked`, at the head of a process group of its own."""
    command = [sys.executable, "-m", "cerca", *arguments]
    return marked(command, {"COLUMNS": "200"} | environment, stderr=subprocess.PIPE, start_new_session=True)


def run_cerca(*arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess, list[psutil.Process]]:
    """`cerca ARGUMENTS` to its end; what it printed, and the processes that outlived it by two seconds."""
    with cerca(*arguments, **environment) as (process, mark):
        output, errors = process.communicate(timeout=240)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors), survivors(mark)


def survivors(mark: str, grace_s: float = 2.0) -> list[psutil.Process]:
    """The marked processes that are still there after `grace_s`."""
    deadline = time.monotonic() + grace_s
    while (left := marked_processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
