"""Continuous mode for long: does the page's memory grow, and do its workers live?

`python -m loadtests.bench_memory [--minutes 6] [--raw FILE]`. A fake camera shows one page the shipped clips in a loop,
in continuous mode. Some three times a minute the browser counts what page and workers hold, after a collection
(`performance.measureUserAgentSpecificMemory`), and the renderer's resident memory is read. The last quarter of the
samples stands beside the second: in the first, caches and pools fill. `--raw` keeps every sample as JSON Lines. Exit
code 1 when a bar is missed, 2 when nothing could be measured.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.async_api import async_playwright
from rich.console import Console
from rich.progress import Progress

from analysis.statistics import Estimate, ratio_of_medians
from infra.local import SiteServer
from loadtests import fake_camera
from loadtests.bars import Bar, show_bars
from loadtests.bench_recording import SHIPPED_CLIPS
from loadtests.clips import find_clips
from loadtests.compare import SITE
from loadtests.errors import PageError
from loadtests.page import EdgePage, open_page

REST_S = 1.5
PAUSE_S = 5
FEWEST_SAMPLES = 12
MOST_GROWTH = 1.02
MIB = 2**20
HELD = "async () => (await performance.measureUserAgentSpecificMemory()).bytes"


@dataclass(frozen=True)
class Memory:
    """Bytes that page and workers `held`, and that their process was `resident` with, `seconds` after the start."""

    seconds: float
    held: int
    resident: int


@dataclass(frozen=True)
class Watched:
    """A whole run: its samples, the frames that were seen and dropped, the signs found, and workers started in all."""

    memory: list[Memory]
    frames: int
    dropped: int
    entries: int
    workers: int


async def watch(minutes: float, raw: Path | None, progress: Progress) -> Watched:
    """Raises PageError."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, SiteServer(SITE) as site:
        pictures = Path(folder) / "camera.mjpeg"
        clips = [clip.path for clip in find_clips(SHIPPED_CLIPS)]
        fake_camera.write_pictures(pictures, clips, before_s=REST_S / 2, after_s=REST_S / 2)
        async with (
            async_playwright() as playwright,
            open_page(playwright, Path(folder) / "profile", *fake_camera.arguments(pictures)) as page,
        ):
            started = []
            page.page.on("worker", lambda worker: started.append(worker.url))
            await page.visit(f"{site.url}?fps=10&threads=1&lang=en")
            renderer = _renderer()
            following = asyncio.ensure_future(page.follow(minutes * 60))
            try:
                memory = await _samples(page, renderer, minutes, raw, progress, following)
                found = await following
            finally:
                following.cancel()
    return Watched(memory, found["frames"], found["dropped"], len(found["entries"]), len(started))


async def _samples(
    page: EdgePage,
    renderer: psutil.Process,
    minutes: float,
    raw: Path | None,
    progress: Progress,
    following: asyncio.Future,
) -> list[Memory]:
    task = progress.add_task("continuous mode", total=minutes * 60)
    started, memory = time.monotonic(), []
    while (seconds := time.monotonic() - started) < minutes * 60 and not following.done():
        held = await page.page.evaluate(HELD)
        memory.append(Memory(seconds, held, renderer.memory_info().rss))
        if raw is not None:
            with raw.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(memory[-1])) + "\n")
        progress.update(task, completed=seconds)
        await asyncio.sleep(PAUSE_S)
    return memory


def _renderer() -> psutil.Process:
    """The page's own process: of this process's Chromium renderers the one that is resident with most."""
    family = psutil.Process().children(recursive=True)
    renderers = [process for process in family if "--type=renderer" in process.cmdline()]
    return max(renderers, key=lambda process: process.memory_info().rss)


def growth(values: np.ndarray) -> Estimate:
    """The last quarter's median over the second's."""
    quarter = len(values) // 4
    return ratio_of_medians(values[-quarter:], values[quarter : 2 * quarter])


def bars(watched: Watched) -> list[Bar]:
    held, resident = (np.array([getattr(one, name) for one in watched.memory]) for name in ("held", "resident"))
    n = len(held)
    return [
        Bar("held by page and workers, last quarter / second", growth(held), MOST_GROWTH, "x", n),
        Bar("resident, last quarter / second", growth(resident), MOST_GROWTH, "x", n),
        # Frames, pose, hands, classifier: a fifth would be one that replaced another.
        Bar("workers started", Estimate(watched.workers, None), 4, "", watched.frames),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    console = Console()
    try:
        with Progress(console=console) as progress:
            watched = asyncio.run(watch(arguments.minutes, arguments.raw, progress))
    except PageError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        return 130
    if len(watched.memory) < FEWEST_SAMPLES:
        console.print(f"{len(watched.memory)} samples are too few to tell growth from noise: give --minutes more.")
        return 2
    last = watched.memory[-1]
    console.print(
        f"{last.seconds / 60:.1f} min: {watched.frames} frames seen, {watched.dropped} left out, "
        f"{watched.entries} entries; "
        f"{last.held / MIB:.0f} MiB held, {last.resident / MIB:.0f} MiB resident at the end"
    )
    return 0 if show_bars(bars(watched), console) else 1


if __name__ == "__main__":
    sys.exit(main())
