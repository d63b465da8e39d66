"""One real browser for one BrowserUser: JSON lines in, JSON lines out, until stdin ends.

`python -m loadtests.load.browser_driver`; a process of its own, because Playwright and gevent do not share one.
{"visit": URL} opens the site as a first-time visitor, {"recognise": CLIP} runs the edge path on a clip's file. Answers:
{"ms": {...}} with the page's own clock, or {"error": "..."}.
"""

import asyncio
import json
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from loadtests.errors import LoadtestError
from loadtests.page import EdgePage, open_page


class Driver:
    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._page: EdgePage | None = None

    async def visit(self, url: str) -> dict[str, float]:
        """Milliseconds from navigation to ready, and those of its parts that the page times."""
        await self._stack.aclose()
        playwright = await self._stack.enter_async_context(async_playwright())
        profile = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True)
        )
        self._page = await self._stack.enter_async_context(open_page(playwright, Path(profile)))
        return {"first_visit": (await self._page.visit(url))["ms"]["navigation_to_ready"]}

    async def recognise(self, clip: str) -> dict[str, float]:
        """Milliseconds from the clip handed over to its keypoints, from these to the answer, and both together."""
        extraction = await self._page.extract(Path(clip))
        answer = await self._page.classify(extraction["keypoints"])
        extract, classify = extraction["ms"]["extract"], answer["ms"]["classify"]
        return {"extract": extract, "classify": classify, "recognise": extract + classify}

    async def obey(self, command: dict[str, str]) -> dict[str, Any]:
        try:
            match command:
                case {"visit": url}:
                    return {"ms": await self.visit(url)}
                case {"recognise": clip}:
                    return {"ms": await self.recognise(clip)}
            return {"error": f"{sorted(command)} is no command."}
        except LoadtestError as error:
            return {"error": str(error)}


async def _run() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with AsyncExitStack() as stack:
        driver = Driver(stack)
        while line := await reader.readline():
            # The parent may go while a clip runs: its end is the only thing that is waited for besides.
            work = asyncio.create_task(driver.obey(json.loads(line)))
            gone = asyncio.create_task(_until_eof(reader))
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not work.done():
                work.cancel()
                return
            print(json.dumps(work.result()), flush=True)


async def _until_eof(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(_run())
