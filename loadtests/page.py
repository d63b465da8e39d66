"""The site as an instrument: a real Chromium with a profile of its own, driven through `window.cerca`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Playwright

from loadtests.chromium import arguments, find_chromium
from loadtests.errors import PageError

# A call that takes longer has hung: the slowest honest one, a long clip's landmarks, takes seconds.
CALL_TIMEOUT_S = 180.0

# An Error does not survive the way out of the page with its code; a plain object does.
CALL = """async ([name, args]) => {
  try { return { value: await window.cerca[name](...args) } }
  catch (error) { return { error: { code: error.code ?? "internal", message: error.message ?? String(error) } } }
}"""

KEPT = """() => navigator.serviceWorker.ready.then(async ({ active }) => {
  while (active.state !== "activated") await new Promise((done) => setTimeout(done, 50));
})"""


@dataclass
class EdgePage:
    """One open page of the site. Every method raises PageError."""

    page: Page
    chromium_version: str

    async def visit(self, url: str, timeout: float = CALL_TIMEOUT_S) -> dict[str, Any]:
        """Navigates and waits until the page is ready to recognise; its `Ready` (times, assets, model).

        timeout: seconds, of either; a slow network needs more than the usual.
        """
        # The site's module defines `window.cerca` before the page says that it is there.
        await self.goto(url, timeout)
        return await self.call("ready", timeout=timeout)

    async def goto(self, url: str, timeout: float = CALL_TIMEOUT_S) -> None:
        """Navigates, without asking more of what is there than that it is a document."""
        try:
            await self.page.goto(url, wait_until="domcontentloaded", timeout=timeout * 1e3)
        except PlaywrightError as error:
            raise _lost(error) from error

    async def kept(self, timeout: float = CALL_TIMEOUT_S) -> None:
        """Waits until the site has been kept for visits without a network."""
        await self.evaluate(KEPT, timeout=timeout)

    async def evaluate(self, script: str, given: Any = None, timeout: float = CALL_TIMEOUT_S) -> Any:
        """What a script, of what it is given, says in the page."""
        try:
            async with asyncio.timeout(timeout):
                return await self.page.evaluate(script, given)
        except TimeoutError as error:
            raise PageError("page_lost", f"The page did not answer a script within {timeout:.0f} s.") from error
        except PlaywrightError as error:
            raise _lost(error) from error

    async def extract(self, clip: Path) -> dict[str, Any]:
        """Hands the clip's file to the page, as a visitor does, and returns its `Extraction`."""
        try:
            await self.page.set_input_files("#clip", clip)
        except PlaywrightError as error:
            raise _lost(error) from error
        return await self.call("extract")

    async def classify(self, keypoints: str) -> dict[str, Any]:
        """The edge path's `Answer` for keypoints as the page returned them."""
        return await self.call("classify", keypoints)

    async def predict(self, keypoints: str, wire: str) -> dict[str, Any]:
        """The cloud path's `Answer`; `wire` is `npy` or `json`."""
        return await self.call("predict", keypoints, wire)

    async def record(self, seconds: float) -> dict[str, Any]:
        """What the camera shows for `seconds` from its first frame on, and its answer: a `Recording`."""
        return await self.call("record", {"seconds": seconds})

    async def follow(self, seconds: float) -> dict[str, Any]:
        """Continuous mode for `seconds` from the camera's first frame on: a `Followed`."""
        return await self.call("follow", {"seconds": seconds}, timeout=seconds + CALL_TIMEOUT_S)

    async def benchmark(self, frames: int, warmup: int, runs: int) -> dict[str, list[float]]:
        """Milliseconds of a bare loop over the session and of the page's own path, interleaved."""
        return await self.call("benchmark", {"frames": frames, "warmup": warmup, "runs": runs})

    async def call(self, name: str, *args: Any, timeout: float = CALL_TIMEOUT_S) -> Any:
        try:
            async with asyncio.timeout(timeout):
                outcome = await self.page.evaluate(CALL, [name, list(args)])
        except TimeoutError as error:
            raise PageError("page_lost", f"The page did not answer {name} within {timeout:.0f} s.") from error
        except PlaywrightError as error:
            raise _lost(error) from error
        if "error" in outcome:
            raise PageError(outcome["error"]["code"], outcome["error"]["message"])
        return outcome["value"]


@asynccontextmanager
async def open_page(
    playwright: Playwright, profile: Path, *switches: str, executable: Path | None = None
) -> AsyncIterator[EdgePage]:
    """A new Chromium on `profile` (an empty folder is a first-time visitor), closed on the way out.

    executable: a Chromium other than `find_chromium`'s, as one inside an emulated network is.
    """
    context = await playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable or find_chromium(),
        args=[*arguments(), *switches],
        # Ctrl-C reaches us; we close the browser ourselves, after the records are safe.
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
    )
    try:
        version = await _version(context.pages[0])
        yield EdgePage(context.pages[0], version)
    finally:
        await context.close()


async def _version(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    product = (await session.send("Browser.getVersion"))["product"]
    await session.detach()
    return product


def _lost(error: PlaywrightError) -> PageError:
    first_line = error.message.splitlines()[0]
    return PageError("page_lost", f"The page was lost ({first_line}): it is opened anew for the next clip.")
