"""Clip dropped -> answer: this site beside the legacy Holistic at its best setting, on the same clips in one page.

`python -m loadtests.bench_legacy [CLIPS] [--bundle DIR]`; the shipped clips and model by default. Holistic runs as the
thesis ran it, on the page's own thread and on every frame, with `useCpuInference`, its best setting without a GPU. Exit
code 1 when a bar is missed.
"""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright
from rich.console import Console

from analysis.statistics import Estimate, median_of_ratios
from infra.local import SiteServer
from loadtests.bars import Bar, show_bars
from loadtests.clips import Clip, find_clips
from loadtests.compare import SITE
from loadtests.errors import LoadtestError
from loadtests.page import EdgePage, open_page
from recognizer.datasets.labels import normalised
from recognizer.paired import compare

SHIPPED_CLIPS = Path(__file__).parents[1] / "samples"
WAYS = ("ours", "legacy_cpu")
LEAST_RATIO = 5.0

ANSWER = """async ([way]) => {
  try { return { value: await window.cercaBench.answer(way) } }
  catch (error) { return { error: { code: error.code ?? "internal", message: error.message ?? String(error) } } }
}"""


@dataclass(frozen=True)
class Pair:
    """One clip both ways: milliseconds to each answer, and whether each was right (None: it has no label)."""

    clip: str
    ms: dict[str, float]
    right: dict[str, bool] | None


async def pairs(clips: list[Clip], bundle: Path | None, console: Console) -> list[Pair]:
    """Every clip both ways, who goes first alternating; the first clip runs once more before, to warm both."""
    found = []
    with tempfile.TemporaryDirectory() as profile, SiteServer(SITE, bundle=bundle) as site:
        async with async_playwright() as playwright, open_page(playwright, Path(profile)) as page:
            await page.page.goto(f"{site.url}benchmark.html?lang=en")
            await _pair(page, clips[0], WAYS)
            for number, clip in enumerate(clips):
                answers = await _pair(page, clip, WAYS if number % 2 else WAYS[::-1])
                if failed := [answer["error"]["message"] for answer in answers.values() if "error" in answer]:
                    console.print(f"{clip.name}: {failed[0]}", markup=False)
                    continue
                values = {way: answer["value"] for way, answer in answers.items()}
                found.append(Pair(clip.name, {way: value["ms"] for way, value in values.items()}, _right(clip, values)))
    return found


async def _pair(page: EdgePage, clip: Clip, ways: tuple[str, ...]) -> dict[str, dict]:
    await page.page.set_input_files("#clip", clip.path)
    return {way: await page.page.evaluate(ANSWER, [way]) for way in ways}


def _right(clip: Clip, values: dict[str, dict]) -> dict[str, bool] | None:
    if clip.gloss is None:
        return None
    return {way: normalised(value["top"][0]["label"]) == clip.gloss for way, value in values.items()}


def show_accuracy(found: list[Pair], console: Console) -> bool:
    """Prints top-1 of both ways on the labelled clips, paired; whether ours is not lower."""
    labelled = [pair.right for pair in found if pair.right is not None]
    if not labelled:
        return True
    ours, legacy = (np.array([right[way] for right in labelled]) for way in WAYS)
    paired = compare(legacy, ours)
    low, high = paired.interval95
    console.print(
        f"top-1 on {paired.n} clips: ours {ours.mean():.1%}, legacy {legacy.mean():.1%}; difference "
        f"{paired.difference:+.1%} (95 % interval {low:+.1%} to {high:+.1%}), right only with ours "
        f"{paired.only_second}, only with legacy {paired.only_first} (McNemar, exact: p = {paired.p:.2g})"
    )
    return paired.difference >= 0


def legacy_bar(found: list[Pair]) -> Bar:
    ours, legacy = (np.array([pair.ms[way] for pair in found]) for way in WAYS)
    ratio: Estimate = median_of_ratios(legacy, ours, None)
    return Bar("clip -> answer, legacy Holistic (CPU) / ours", ratio, LEAST_RATIO, "x", len(found), "least")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="?", default=SHIPPED_CLIPS)
    parser.add_argument("--bundle", type=Path)
    arguments = parser.parse_args()
    console = Console()
    try:
        clips = find_clips(arguments.clips)
        with console.status(f"clip -> answer both ways, {len(clips)} clips ..."):
            found = asyncio.run(pairs(clips, arguments.bundle, console))
    except LoadtestError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        return 130
    if not found:
        console.print("No clip could be answered both ways: see the sentences above.")
        return 2
    met = show_bars([legacy_bar(found)], console)
    return 0 if show_accuracy(found, console) and met else 1


if __name__ == "__main__":
    sys.exit(main())
