"""Takes in, clips and manifest out."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from . import manifest, sheet
from .encode import encode, write
from .errors import MotionError
from .figure import HEIGHT, WIDTH, Figure
from .look import LOOKS
from .motion import Take, load_takes, to_tracks
from .plan import FRAMES, PLAN, SESSIONS, Planned
from .torso import eyelids


def load_planned_takes(file: Path) -> dict[tuple[str, int], Take]:
    """The takes of the whole plan. Raises MotionError when one is missing or of another session."""
    takes = load_takes(file, {(planned.gloss, planned.take) for planned in PLAN})
    for take in takes.values():
        if take.session not in SESSIONS:
            raise MotionError(
                f"Take {take.number} of {take.gloss!r} is of session {take.session}: "
                f"plan takes of {' or '.join(SESSIONS)}."
            )
    return takes


def produce(
    wanted: list[Planned],
    takes: dict[tuple[str, int], Take],
    body: zipfile.ZipFile,
    folder: Path,
    drawn: Callable[[], None],
) -> Iterator[Planned]:
    """Renders `wanted` into `folder`, yielding each clip before its work begins, then writes the manifest
    and the contact sheet.

    `drawn` is called after each frame. Raises MotionError, AssetError, ClipError.
    """
    figures: dict[str, Figure] = {}
    for planned in wanted:
        yield planned
        if planned.figure not in figures:
            figures[planned.figure] = Figure(body, LOOKS[planned.figure])
        write(folder / planned.clip, _render(figures[planned.figure], takes[planned.gloss, planned.take], drawn))
    rows = [
        manifest.describe(folder, planned, takes[planned.gloss, planned.take].session)
        for planned in PLAN
        if (folder / planned.clip).exists()
    ]
    manifest.save(folder, rows)
    sheet.save(folder, rows)


def _render(figure: Figure, take: Take, drawn: Callable[[], None]) -> bytes:
    """One clip, held in memory until it is whole."""
    turns = figure.pose(to_tracks(take, FRAMES))
    # Takes blink at different times; the number is the take's own, so a rendering can be repeated.
    closed = eyelids(FRAMES, offset=take.number % FRAMES)

    def pictures() -> Iterator:
        for turn, lids in zip(turns, closed, strict=True):
            yield figure.draw(turn, lids)
            drawn()

    return encode(pictures(), WIDTH, HEIGHT)
