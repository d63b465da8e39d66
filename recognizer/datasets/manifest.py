"""`manifest.csv`: one line a clip, what is signed in it and by whom."""

import csv
from pathlib import Path

from recognizer.datasets import archive
from recognizer.errors import DatasetError

NAME = "manifest.csv"
COLUMNS = ("clip", "label")
"""Needed; `signer`, `session` and `fps` are read where they are there."""


def columns(path: Path) -> list[str]:
    """The names in the first line of a CSV file. Raises DatasetError if it cannot be read."""
    with archive.read_text(path) as file:
        return next(csv.reader(file), [])


def rows(path: Path) -> list[tuple[str, dict]]:
    """For each clip: where its line is, for messages, and `clip`, `label`, `signer`, `session` (str), `fps` (float).

    Raises DatasetError, one sentence naming file and line.
    """
    found = []
    with archive.read_text(path) as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise DatasetError(f"{path} has no column {missing[0]!r}: it needs {', '.join(COLUMNS)}.")
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            facts = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "signer", "session")}
            if not facts["clip"]:
                raise DatasetError(f"{where} names no clip: write its path there, or delete the line.")
            found.append((where, facts | {"fps": _fps(row.get("fps"), where)}))
    if not found:
        raise DatasetError(f"{path} names no clip: add a line for each.")
    return found


def _fps(text: str | None, where: str) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        raise DatasetError(f"{where}: fps {text!r} is not a number: mend it or leave it empty.") from None
