"""The site itself in a browser: each session is a page of its own, so training and use see the same landmarks."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from infra.local import SiteServer
from loadtests.chromium import find_chromium
from loadtests.compare import SITE
from loadtests.errors import PageError
from loadtests.extraction.engine import EVERY_FRAME, Extracted
from loadtests.extraction.errors import ClipRefused
from loadtests.native import decode_keypoints
from loadtests.warm import WarmPage

# What of the built site decides the keypoints; a change of style does not.
PROGRAM = {".js", ".mjs", ".wasm", ".task"}


class BrowserEngine:
    """`fps`: frames a second to take; None takes every frame. `dist`: the built site."""

    name = "browser"

    def __init__(self, fps: float | None, dist: Path = SITE) -> None:
        self._fps = fps or EVERY_FRAME
        self._dist = dist

    def check(self) -> None:
        """Raises ChromiumMissing."""
        find_chromium()

    @asynccontextmanager
    async def session(self) -> AsyncIterator["BrowserSession"]:
        """Raises ChromiumMissing, LocalStackError (site not built), LoadtestError (the page does not start)."""
        self.check()
        async with async_playwright() as playwright:
            with SiteServer(self._dist) as site:
                async with WarmPage(playwright, f"{site.url}?fps={self._fps:g}&lang=en") as warm:
                    yield BrowserSession(warm, self._identity(warm))

    def _identity(self, warm: WarmPage) -> dict[str, Any]:
        versions = warm.ready["versions"]
        packages = {name: versions[name] for name in ("@mediapipe/tasks-vision", "mediabunny")}
        return {
            "engine": self.name,
            "versions": packages | {"browser": warm.page.chromium_version},
            "site": _program_hash(self._dist),
            "options": {"fps": self._fps},
        }


class BrowserSession:
    def __init__(self, warm: WarmPage, identity: dict[str, Any]) -> None:
        self._warm = warm
        self.identity = identity

    @property
    def visited(self) -> list[str]:
        """The paths that the page and its workers fetched while it opened, the page first."""
        return list(dict.fromkeys(asset["name"] for asset in self._warm.ready["assets"]))

    async def extract(self, clip: Path) -> Extracted:
        """Raises ClipRefused; LoadtestError when the browser keeps losing its page."""
        try:
            found = await self._warm.page.extract(clip)
        except PageError as error:
            if error.code == "page_lost":
                await self._warm.reopen()
            raise ClipRefused(error.code, str(error)) from error
        return Extracted(
            keypoints=decode_keypoints(found["keypoints"]),
            width=found["width"],
            height=found["height"],
            rate=found["fps"],
            duration=found["duration"],
        )


def _program_hash(dist: Path) -> str:
    """SHA-256 over the built site's programs; Vite names each after its content."""
    names = sorted(path.name for path in (dist / "assets").iterdir() if path.suffix in PROGRAM)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
