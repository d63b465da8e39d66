"""The classifier in the page: the shipped int8 model and one of the published size, in turns.

`python -m loadtests.bench`. One thread, [70, 54, 2], warm, a page each. The published size (1C-2048FF, 19 classes) has
random weights, which take as long as trained ones. Exit code 1 when a bar is missed.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright
from rich.console import Console

from analysis.statistics import Samples, ratio_of_medians, summarise
from infra.local import SiteServer
from loadtests.bars import Bar, show_bars
from loadtests.compare import SITE
from loadtests.page import open_page

FRAMES = 70
ROUNDS = 8
RUNS = 40
WARM_UP = 50
MOST_MS = 1.0
MOST_OVER_BARE = 1.3

PUBLISHED = {"layers": 1, "feed_forward": 2048, "classes": 19}


def published_size(folder: Path) -> Path:
    """A bundle of the published model's size."""
    import torch

    from recognizer import build, bundle_writer, spoter

    torch.manual_seed(0)
    model = spoter.Spoter(spoter.Architecture(**PUBLISHED)).eval()
    bundle_writer.write(
        folder,
        arch=model.arch,
        labels=tuple(f"class-{number}" for number in range(model.arch.classes)),
        models=build.model_files(model),
        provenance={"dataset": "none", "licence": "none", "notice": "Random weights: for its size and speed only."},
        training={"command": "none: random weights"},
        accuracy=[],
    )
    return folder


async def inference(published: Path) -> dict[str, dict[str, np.ndarray]]:
    """Of each model, milliseconds of the page's own path (`page`) and of a bare loop over the same session (`bare`)."""
    times = defaultdict(lambda: defaultdict(list))
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        pages = {}
        for name, bundle in (("shipped", None), ("published size", published)):
            site = stack.enter_context(SiteServer(SITE, bundle=bundle))
            profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            pages[name] = await stack.enter_async_context(open_page(playwright, Path(profile)))
            await pages[name].visit(f"{site.url}?threads=1&model=model.int8.onnx")
        for number in range(ROUNDS):
            for name, page in pages.items():
                warm_up = WARM_UP if number == 0 else 0
                for loop, ms in (await page.benchmark(frames=FRAMES, warmup=warm_up, runs=RUNS)).items():
                    times[name][loop] += ms
    return {name: {loop: np.array(ms) for loop, ms in loops.items()} for name, loops in times.items()}


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory() as folder, console.status("the classifier in the page ..."):
        times = asyncio.run(inference(published_size(Path(folder) / "published")))
    shipped, published = times["shipped"], times["published size"]
    n = len(shipped["page"])
    for name, ms in (("shipped", shipped["page"]), ("published size", published["page"])):
        summary = summarise(Samples(ms))
        p50, p90 = summary.median.value, summary.p90.value
        console.print(f"{name}, int8, [{FRAMES}, 54, 2]: p50 {p50:.2f} ms, p90 {p90:.2f} ms")
    bars = [
        Bar("shipped int8 model in the page: p50", summarise(Samples(shipped["page"])).median, MOST_MS, "ms", n),
        Bar("page / bare loop", ratio_of_medians(shipped["page"], shipped["bare"]), MOST_OVER_BARE, "x", n),
        Bar("published size / shipped", ratio_of_medians(published["page"], shipped["page"]), 1, "x", n, "least"),
    ]
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
