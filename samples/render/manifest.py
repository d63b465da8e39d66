"""`samples/manifest.csv`: one row a clip, as it is on disk."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from .encode import FPS, decode, write
from .errors import ClipError
from .plan import Planned

NAME = "manifest.csv"


@dataclass(frozen=True)
class Row:
    clip: str  # path from the manifest's folder
    label: str
    signer: str  # the figure
    width: int
    height: int
    fps: float
    frames: int
    seconds: float
    take: int  # the take's number in its source
    session: str  # the recording session in its source


COLUMNS = [field.name for field in fields(Row)]


def describe(folder: Path, planned: Planned, session: str) -> Row:
    """The row of a clip that is in `folder`, measured by decoding it. Raises ClipError when it cannot be."""
    shapes = [picture.shape for picture in decode(folder / planned.clip)]
    (height, width, _), frames = shapes[0], len(shapes)
    seconds = round(frames / FPS, 2)
    clip, label, take = planned.clip, planned.gloss, planned.take
    return Row(clip, label, planned.figure, width, height, float(FPS), frames, seconds, take, session)


def save(folder: Path, rows: list[Row]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(astuple(row) for row in rows)
    write(folder / NAME, text.getvalue().encode())


def load(folder: Path) -> list[Row]:
    """The rows of the manifest in `folder`. Raises ClipError when it is missing or has other columns."""
    path = folder / NAME
    if not path.exists():
        raise ClipError(f"{path} is missing; run `cerca samples render` first.")
    with path.open(newline="") as file:
        table = csv.DictReader(file)
        if table.fieldnames != COLUMNS:
            raise ClipError(f"{path} has not the columns {','.join(COLUMNS)}; run `cerca samples render` again.")
        return [_parse(path, table.line_num, line) for line in table]


def _parse(path: Path, number: int, line: dict[str, str]) -> Row:
    try:
        return Row(*(field.type(line[field.name]) for field in fields(Row)))
    except (TypeError, ValueError):
        raise ClipError(f"{path}, line {number}, does not fit its columns; run `cerca samples render` again.") from None
