"""Cold starts of both sides, never mixed with warm samples."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Playwright

from infra.local import LocalCloud, exec_to_ready
from loadtests.clips import Clip
from loadtests.errors import PageError
from loadtests.page import EdgePage, open_page
from loadtests.recorder import Recorder, Trial
from loadtests.trials import TrialRunner


async def endpoint_starts(recorder: Recorder, bundle: Path, model_file: str, runs: int) -> AsyncIterator[None]:
    """The endpoint's process alone: exec to the first 200 of `/ping`, `runs` times. Yields after each."""
    for number in range(runs):
        # In this thread: the process must die with it, and nothing else is measured meanwhile.
        ms = exec_to_ready(bundle, model_file)
        recorder.steps(Trial("cold", number, None), "cloud", {"exec_to_ready": ms}, clock="driver")
        yield
        await asyncio.sleep(0)  # nothing above waits, so this is where Ctrl-C gets its turn


async def cold_visits(
    playwright: Playwright,
    runner: TrialRunner,
    cloud: LocalCloud,
    url: str,
    clip: Clip,
    runs: int,
) -> AsyncIterator[None]:
    """A first-time visitor and an all-cold cloud path, together, `runs` times. Yields after each.

    Each run: an empty browser profile opens the site and recognises one clip in the page; then, with endpoint and
    Lambda freshly killed, the same keypoints go to the cloud; last, the browser is closed and the same profile
    visits again.
    """
    recorder = runner.recorder
    for number in range(runs):
        trial = Trial("cold", number, clip.name)
        with tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True) as profile:
            try:
                async with open_page(playwright, Path(profile)) as page:
                    ready_ms = await _visit(recorder, page, url, trial, "first_visit")
                    await asyncio.to_thread(cloud.make_cold, endpoint=True, lambdas=True)
                    totals = await runner.run(page, clip, trial, ways=("edge", "npy"))
                    if totals and "edge" in totals:
                        recorder.steps(trial, "edge", {"first_answer": ready_ms + totals["edge"]})
                async with open_page(playwright, Path(profile)) as page:
                    await _visit(recorder, page, url, trial, "repeat_visit")
            except PageError as error:
                recorder.failure(trial, "edge", error.code, str(error))
        yield


async def _visit(recorder: Recorder, page: EdgePage, url: str, trial: Trial, step: str) -> float:
    """Milliseconds from navigation to ready; recorded with the bytes that came over the wire."""
    ready = await page.visit(url)
    ms = ready["ms"]["navigation_to_ready"]
    transferred = sum(asset["transfer"] for asset in ready["assets"])
    recorder.steps(trial, "edge", {step: ms}, size={step: transferred})
    return ms
