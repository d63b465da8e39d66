"""Who has the machine: tests that hold something to a clock have it to themselves, the others share it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def held(folder: Path, *, alone: bool) -> Iterator[None]:
    """Waits for the machine and holds it, among all processes that name the same `folder`.

    Whoever wants it alone keeps the door shut while waiting, so that those who share it cannot pass it on for ever.
    """
    with _locked(folder / "door.lock", fcntl.LOCK_EX) as door, (folder / "machine.lock").open("w") as machine:
        fcntl.flock(machine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(door, fcntl.LOCK_UN)
        yield


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[IO[str]]:
    """The lock goes with the file, so also when the process is killed."""
    with path.open("w") as file:
        fcntl.flock(file, kind)
        yield file
