"""Recording stops -> answer: a fake camera shows each clip, the page records it, and the same clip is dropped as well.

`python -m loadtests.bench_recording [CLIPS] [--rounds 4] [--raw FILE]`; the shipped clips by default. `--raw` keeps
every recording's times as JSON Lines. Exit code 1 when a bar is missed, 2 when nothing could be recorded.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright
from rich.console import Console

from analysis.statistics import Samples, summarise
from infra.local import SiteServer
from loadtests import fake_camera
from loadtests.bars import Bar, show_bars
from loadtests.clips import Clip, find_clips
from loadtests.compare import SITE
from loadtests.errors import PageError
from loadtests.page import EdgePage, open_page
from recognizer.datasets.labels import normalised
from recognizer.paired import compare

SHIPPED_CLIPS = Path(__file__).parents[1] / "samples"

# 18 clips x 4: enough recordings for a p90.
ROUNDS = 4

# A person who is about to sign holds still first; and takes a moment to press the key.
BEFORE_S = 0.3
AFTER_S = 0.1

MOST_P50_MS = 100
MOST_P90_MS = 250


@dataclass(frozen=True)
class Recorded:
    """One recording: milliseconds after its end, frames seen and left out, and the first answer both ways."""

    clip: str
    gloss: str | None
    last_frame_ms: float
    stop_to_answer_ms: float
    frames: int
    dropped: int
    recorded: str
    dropped_clip: str


async def recordings(clips: list[Clip], rounds: int, console: Console) -> list[Recorded]:
    """Every clip `rounds` times before the camera, and once dropped; one more before, to warm both ways."""
    found = []
    with tempfile.TemporaryDirectory() as folder, SiteServer(SITE) as site:
        pictures = Path(folder) / "camera.mjpeg"
        fake_camera.write_pictures(pictures, [clips[0].path])
        async with (
            async_playwright() as playwright,
            open_page(playwright, Path(folder) / "profile", *fake_camera.arguments(pictures)) as page,
        ):
            await page.visit(f"{site.url}?fps=10&threads=1&lang=en")
            await page.record(2)
            for clip in clips:
                try:
                    found += await _record(page, clip, rounds, pictures)
                except PageError as error:
                    console.print(f"{clip.name}: {error}", markup=False)
    return found


async def _record(page: EdgePage, clip: Clip, rounds: int, pictures: Path) -> list[Recorded]:
    extraction = await page.extract(clip.path)
    dropped = (await page.classify(extraction["keypoints"]))["top"][0]["label"]
    fake_camera.write_pictures(pictures, [clip.path], BEFORE_S, after_s=1)
    found = []
    for _ in range(rounds):
        recording = await page.record(BEFORE_S + extraction["duration"] + AFTER_S)
        found.append(
            Recorded(
                clip.name,
                clip.gloss,
                recording["ms"]["last_frame"],
                recording["ms"]["stop_to_answer"],
                recording["frames"],
                recording["dropped"],
                recording["answer"]["top"][0]["label"],
                dropped,
            )
        )
    return found


def show_accuracy(found: list[Recorded], console: Console) -> None:
    """Prints top-1 of recorded and dropped clips, paired by recording."""
    labelled = [each for each in found if each.gloss is not None]
    if not labelled:
        return
    recorded = np.array([normalised(each.recorded) == each.gloss for each in labelled])
    dropped = np.array([normalised(each.dropped_clip) == each.gloss for each in labelled])
    paired = compare(dropped, recorded)
    low, high = paired.interval95
    frames = sum(each.frames for each in found)
    left_out = sum(each.dropped for each in found)
    console.print(
        f"top-1 of {paired.n} recordings {recorded.mean():.1%}, of the same clips dropped {dropped.mean():.1%}; "
        f"difference {paired.difference:+.1%} (95 % interval {low:+.1%} to {high:+.1%}, as if the recordings of one "
        f"clip were independent); frames seen {frames}, left out {left_out}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="?", default=SHIPPED_CLIPS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    console = Console()
    clips = find_clips(arguments.clips)
    with console.status(f"recording -> answer, {len(clips)} clips x {arguments.rounds} ..."):
        found = asyncio.run(recordings(clips, arguments.rounds, console))
    if not found:
        console.print("Nothing could be recorded: see the sentences above.")
        return 2
    if arguments.raw:
        arguments.raw.write_text("".join(f"{json.dumps(asdict(each))}\n" for each in found))
    names = [each.clip for each in found]
    clusters = np.array([names.index(name) for name in names])
    summary = summarise(Samples(np.array([each.stop_to_answer_ms for each in found]), clusters))
    bars = [Bar("recording stops -> answer, p50", summary.median, MOST_P50_MS, "ms", summary.n)]
    if summary.p90:
        bars.append(Bar("recording stops -> answer, p90", summary.p90, MOST_P90_MS, "ms", summary.n))
    met = show_bars(bars, console)
    show_accuracy(found, console)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
