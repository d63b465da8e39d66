"""Records on their way out: gathered, and handed over many at a time, because one write each would cost the load."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from loadtests.load.errors import LoadError

MOST_BYTES = 1 << 16
FLUSH_SECONDS = 0.25
"""How long a record waits at most; a process that is killed (SIGKILL) loses no more than that."""


class Batch:
    """`hand_over` gets whole lines, MOST_BYTES of them or what `flush` finds."""

    def __init__(self, hand_over: Callable[[bytes], object]) -> None:
        self._hand_over = hand_over
        self._lines: list[bytes] = []
        self._bytes = 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes >= MOST_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            lines, self._lines, self._bytes = self._lines, [], 0
            self._hand_over(b"".join(lines))


class SamplesFile:
    """Appends whole lines to a run's `samples.jsonl`, which may be open elsewhere, too (`O_APPEND`).

    Raises LoadError if it cannot be written; lines that do not fit on the disk are taken back whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise LoadError(f"{path} cannot be written ({error.strerror}): choose another with --samples.") from error

    @property
    def empty(self) -> bool:
        return os.fstat(self._file).st_size == 0

    def append(self, lines: bytes) -> None:
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            raise LoadError(f"{self.path} cannot be written ({error.strerror}).") from error
        if written < len(lines):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise LoadError(f"{self.path} took only a part of the records: the disk is full; free some space.")

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
