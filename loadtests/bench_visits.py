"""From navigation to ready: a first visit, a second one, and one without a network.

`python -m loadtests.bench_visits [--visitors 8]`. Each visitor is a Chromium with an empty profile: it visits the site,
is closed once the site has been kept for offline, visits again, and once more with the server gone. Loopback, no delay.
Exit code 1 when a bar is missed, 2 when nothing could be measured.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from playwright.async_api import Playwright, async_playwright
from rich.console import Console
from rich.progress import track

from analysis.statistics import Estimate, Samples, summarise
from infra.local import SiteServer
from loadtests.bars import Bar, show_bars
from loadtests.compare import SITE
from loadtests.errors import PageError
from loadtests.page import open_page

BARS = {"first visit": 3000, "second visit": 1000, "offline visit": 1000}
MOST_MB = 20


async def visits(playwright: Playwright) -> dict[str, tuple[float, int]]:
    """One visitor: milliseconds from navigation to ready, and bytes over the wire, of each visit. Raises PageError."""
    found = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        with SiteServer(SITE) as site:
            url = f"{site.url}?threads=1&lang=en"
            for name in ("first visit", "second visit"):
                found[name] = await _visit(playwright, Path(profile), url)
        found["offline visit"] = await _visit(playwright, Path(profile), url)
    return found


async def _visit(playwright: Playwright, profile: Path, url: str) -> tuple[float, int]:
    async with open_page(playwright, profile) as page:
        ready = await page.visit(url)
        await page.kept()
    return ready["ms"]["navigation_to_ready"], sum(asset["transfer"] for asset in ready["assets"])


async def measure(visitors: int, console: Console) -> dict[str, list[tuple[float, int]]]:
    found = defaultdict(list)
    async with async_playwright() as playwright:
        for _ in track(range(visitors), "visitors", console=console):
            for name, visit in (await visits(playwright)).items():
                found[name].append(visit)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=8)
    arguments = parser.parse_args()
    console = Console()
    try:
        found = asyncio.run(measure(arguments.visitors, console))
    except PageError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        return 130
    bars = []
    for name, limit in BARS.items():
        summary = summarise(Samples(np.array([ms for ms, _ in found[name]])))
        bars.append(Bar(f"{name}, navigation to ready", summary.median, limit, "ms", summary.n))
    most = max(size for _, size in found["first visit"]) / 1e6
    bars.append(Bar("first visit, over the wire", Estimate(most, None), MOST_MB, "MB", arguments.visitors))
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
