"""`make bench`: the timing bars of this project, measured side by side in one run. Exit code 1 when one is missed."""

import asyncio
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright
from rich.console import Console

from analysis.statistics import ratio_of_medians
from infra.local import SiteServer
from loadtests.bars import Bar, show_bars
from loadtests.compare import BENCHMARK, SITE
from loadtests.page import open_page


async def page_inference() -> dict[str, list[float]]:
    """Milliseconds of the page's own path and of a bare loop over the same session, interleaved, at [70, 54, 2]."""
    with tempfile.TemporaryDirectory() as profile, SiteServer(SITE) as site:
        async with async_playwright() as playwright, open_page(playwright, Path(profile)) as page:
            await page.visit(f"{site.url}?threads=1")
            return await page.benchmark(**BENCHMARK)


def main() -> int:
    console = Console()
    with console.status("the classifier in the page ..."):
        times = asyncio.run(page_inference())
    page, bare = np.array(times["page"]), np.array(times["bare"])
    bars = [
        Bar("page inference / bare loop, [70, 54, 2], warm", ratio_of_medians(page, bare), 1.5, "x", len(page)),
    ]
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
