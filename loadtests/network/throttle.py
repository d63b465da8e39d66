"""Chromium's own throttling, for machines without the right to emulate packets.

Rougher, and labelled so: it delays and slows whole requests, so that handshakes, slow start and loss are not in it
(docs/networks.md). Requests of workers are throttled through the sessions that Chromium gives to each of them.
"""

from typing import Any

from playwright.async_api import CDPSession

from loadtests.network.profiles import Profile
from loadtests.page import EdgePage


def conditions(profile: Profile) -> dict[str, Any]:
    """The parameters of `Network.emulateNetworkConditions`: bytes a second, and the least ms from request to answer."""

    def bytes_a_second(mbit: float | None) -> float:
        return -1 if mbit is None else mbit * 1e6 / 8

    return {
        "offline": False,
        "latency": profile.rtt_ms,
        "downloadThroughput": bytes_a_second(profile.down_mbit),
        "uploadThroughput": bytes_a_second(profile.up_mbit),
    }


async def throttle(page: EdgePage, profile: Profile) -> CDPSession:
    """Throttles the page from its next request on, as long as the session lasts."""
    session = await page.page.context.new_cdp_session(page.page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", conditions(profile))
    return session
