"""Opening files that may come from anywhere: no pickles, bounded size, one sentence when they are damaged."""

import csv
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from recognizer.errors import DatasetError

MAX_DATASET_BYTES = 2 << 30
"""Of the file and, where it is compressed, of what it unpacks to."""

MAX_CELL = 4 << 20
"""Characters of one cell of a CSV file: numbers of many thousand frames."""

DAMAGED = (
    OSError,
    ValueError,
    TypeError,
    EOFError,
    SyntaxError,
    MemoryError,
    OverflowError,
    RuntimeError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""All that numpy and zipfile raise on a truncated, encrypted or made-up archive."""


@contextmanager
def opened(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """The archive at `path`; errors of reading it become a DatasetError."""
    try:
        check_size(path, path.stat().st_size)
        with zipfile.ZipFile(path) as entries:
            check_size(path, sum(entry.file_size for entry in entries.infolist()))
        with np.load(path, allow_pickle=False) as archive:
            yield archive
    except FileNotFoundError:
        raise absent(path) from None
    except DAMAGED as error:
        raise DatasetError(f"{path} cannot be read as npz ({first_line(error)}): fetch an intact copy.") from None


def read(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays `names` of the npz at `path`. Raises DatasetError if one is missing."""
    with opened(path) as archive:
        for name in names:
            if name not in archive.files:
                raise DatasetError(f"{path} has no array {name!r}: it needs {', '.join(names)}.")
        return {name: archive[name] for name in names}


@contextmanager
def read_text(path: Path) -> Iterator[TextIO]:
    """The CSV file at `path`; errors of reading it become a DatasetError."""
    try:
        check_size(path, path.stat().st_size)
        csv.field_size_limit(MAX_CELL)
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield file
    except FileNotFoundError:
        raise absent(path) from None
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetError(f"{path} cannot be read as CSV ({first_line(error)}): save it as CSV in UTF-8.") from None


def check_size(path: Path, size: int) -> None:
    if size > MAX_DATASET_BYTES:
        raise DatasetError(f"{path} is larger than {MAX_DATASET_BYTES >> 30} GiB: give a smaller dataset.")


def absent(path: Path) -> DatasetError:
    return DatasetError(f"{path} does not exist: give the path of the dataset with --data.")


def first_line(error: Exception) -> str:
    """What a library says, as a part of a sentence."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
