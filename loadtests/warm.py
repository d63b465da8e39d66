"""Warm rounds: every clip through every way, again and again, in one open page."""

import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Playwright

from loadtests.clips import Clip
from loadtests.errors import LoadtestError, PageError
from loadtests.page import EdgePage, open_page
from loadtests.recorder import Recorder, Trial
from loadtests.trials import WAYS, TrialRunner

# More lost pages than this are a broken browser, not bad luck.
MOST_LOST_PAGES = 3


class WarmPage:
    """The one page of the warm rounds; opened anew when the browser loses it, warmed with one unrecorded clip."""

    def __init__(self, playwright: Playwright, url: str) -> None:
        self._playwright = playwright
        self._url = url
        self._stack = AsyncExitStack()
        self._lost = 0
        self.page: EdgePage | None = None
        self.ready: dict = {}

    async def __aenter__(self) -> "WarmPage":
        await self._open()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()

    async def reopen(self) -> None:
        self._lost += 1
        if self._lost > MOST_LOST_PAGES:
            raise LoadtestError(f"Chromium lost its page {self._lost} times: something is wrong with this browser.")
        await self._stack.aclose()
        await self._open()

    def describe(self) -> dict:
        """The browser and the site, for the environment of the run."""
        return {
            "browser": self.page.chromium_version,
            "isolated": self.ready["isolated"],
            "threads": self.ready["threads"],
            "site_packages": self.ready["versions"],
            "first_visit_assets": self.ready["assets"],
        }

    async def _open(self) -> None:
        profile = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True)
        )
        self.page = await self._stack.enter_async_context(open_page(self._playwright, Path(profile)))
        self.ready = await self.page.visit(self._url)

    async def warm_up(self, clips: list[Clip]) -> None:
        """The first clip that works goes through every way once, unrecorded; so do the lazy parts of both sides."""
        for clip in clips:
            try:
                extraction = await self.page.extract(clip.path)
                await self.page.classify(extraction["keypoints"])
                for wire in ("npy", "json"):
                    await self.page.predict(extraction["keypoints"], wire)
                return
            except PageError as error:
                if error.code == "page_lost":
                    await self.reopen()


async def warm_rounds(
    warm: WarmPage, runner: TrialRunner, usable: list[Clip], rounds: int, seed: int
) -> AsyncIterator[Clip]:
    """`rounds` times every clip, in a new order each round, the ways rotating. Yields each clip when it is done.

    A clip that cannot be used is tried once: its failure is recorded, and it is taken out of `usable`.
    """
    order = random.Random(seed)
    for number in range(rounds):
        for position, clip in enumerate(order.sample(usable, len(usable))):
            turn = (number + position) % len(WAYS)
            trial = Trial("warm", number, clip.name)
            try:
                if await runner.run(warm.page, clip, trial, WAYS[turn:] + WAYS[:turn]) is None:
                    usable.remove(clip)
            except PageError:
                await warm.reopen()
            yield clip


async def inference_benchmark(page: EdgePage, recorder: Recorder, frames: int, warmup: int, runs: int) -> None:
    """The page's classifier against a bare loop over the same session in the same page, at [frames, 54, 2]."""
    times = await page.benchmark(frames, warmup, runs)
    for number, (bare, whole) in enumerate(zip(times["bare"], times["page"], strict=True)):
        trial = Trial("warm", number, None)
        recorder.steps(trial, "edge", {"bare_inference": bare, "page_inference": whole}, frames=frames)
