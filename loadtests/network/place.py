"""Where a profile's visitors are: the address that they visit, the Chromium that they use, how to cut them off."""

import asyncio
import contextlib
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Playwright

from infra.local import LocalCloud, SiteServer
from infra.local.endpoint_process import free_port
from loadtests.network import throttle
from loadtests.network.calibrate import Measured, calibrate
from loadtests.network.network import SITE_URL, EmulatedNetwork, api_url, why_not_emulated
from loadtests.network.profiles import Profile
from loadtests.page import EdgePage, open_page


@dataclass(frozen=True)
class Place:
    """emulation: how the profile was brought about, as `NetworkRecord` says it."""

    profile: Profile
    emulation: Literal["tun", "chromium", "none"]
    url: str
    network: EmulatedNetwork | None
    site: SiteServer
    dist: Path

    async def calibrate(self, playwright: Playwright, effort: float) -> Measured:
        """What the network really does; where Chromium throttles, to whole requests of a page. Raises NetworkError,
        PageError."""
        if self.network is not None:
            return await asyncio.to_thread(calibrate, self.profile, self.network.far_end, effort=effort)
        with tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True) as folder:
            async with self.open(playwright, Path(folder)) as page:
                return await throttle.calibrate(page, self.site.url, _large_file(self.dist), effort)

    @contextlib.asynccontextmanager
    async def open(self, playwright: Playwright, profile: Path) -> AsyncIterator[EdgePage]:
        """A Chromium of a visitor here, on the browser profile in that folder."""
        if self.network is None:
            async with open_page(playwright, profile) as page:
                await throttle.throttle(page, self.profile)
                yield page
            return
        async with open_page(playwright, profile, *self.network.switches, executable=self.network.chromium) as page:
            yield page

    @contextlib.contextmanager
    def cut_off(self) -> Iterator[None]:
        """Without a network: the link is down, or, on a loopback, the site's server gone."""
        if self.emulation != "tun":
            self.site.stop()
            try:
                yield
            finally:
                self.site.start()
            return
        self._link("down")
        try:
            yield
        finally:
            self._link("up")

    def _link(self, state: str) -> None:
        subprocess.run(self.network.command(["ip", "link", "set", "near", state]), check=True, capture_output=True)


@contextlib.contextmanager
def place(profile: Profile, cloud: LocalCloud, dist: Path, bundle: Path | None, query: str) -> Iterator[Place]:
    """Site and network for one profile's visitors, and the way to `cloud`. `query`: of the address they visit.

    Where packets cannot be emulated, Chromium throttles. Raises NetworkError, LocalStackError. Main thread only.
    """
    inside = profile.emulated and why_not_emulated() is None
    api = api_url(cloud.gateway_url) if inside else cloud.gateway_url
    # A port of our choice: started anew after `cut_off`, the site must be where its visitors were.
    port = free_port()
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(SiteServer(dist, api, port, bundle))
        if profile.emulated and not inside:
            yield Place(profile, "chromium", f"{site.url}?{query}", None, site, dist)
            return
        network = EmulatedNetwork(profile, port if inside else None, cloud.gateway_url if inside else None)
        stack.enter_context(network)
        yield Place(profile, network.emulation, f"{SITE_URL if inside else site.url}?{query}", network, site, dist)


def _large_file(dist: Path) -> str:
    """The path of a file that takes a while."""
    landmarker = max((dist / "assets").glob("*.task"), key=lambda path: path.stat().st_size)
    return f"/{landmarker.relative_to(dist).as_posix()}"
