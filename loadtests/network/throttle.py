"""Chromium's own throttling, for machines without the right to emulate packets.

Rougher, and labelled so: it delays and slows whole requests, so that handshakes, slow start and loss are not in it
(docs/networks.md). Requests of workers are throttled through the sessions that Chromium gives to each of them.
"""

from typing import Any

from playwright.async_api import CDPSession

from loadtests.network.profiles import Profile
from loadtests.page import EdgePage

REQUESTS = 20
DOWNLOADS = 3

# Of whole requests, as the page sees them: the smallest file that the site has, and a large one.
MEASURE = """async ([requests, downloads, large]) => {
  const timed = async (url) => {
    const begun = performance.now();
    await (await fetch(url, { cache: "no-store" })).arrayBuffer();
    const ms = performance.now() - begun;
    return [ms, performance.getEntriesByName(new URL(url, location).href).at(-1).transferSize];
  };
  const found = { rtt_ms: [], down_mbit: [] };
  await timed("/config.json");
  for (let k = 0; k < requests; k++) found.rtt_ms.push((await timed("/config.json"))[0]);
  for (let k = 0; k < downloads; k++) {
    const [ms, bytes] = await timed(large);
    found.down_mbit.push((bytes * 8) / ms / 1e3);
  }
  return found;
}"""


async def calibrate(page: EdgePage, site: str, large: str, effort: float) -> dict[str, list[float]]:
    """What Chromium's throttling really does to whole requests: `rtt_ms` of the smallest, the server's time in it;
    `down_mbit` of the file at the path `large`, as it comes over the wire, its latency in it.

    Raises PageError.
    """
    await page.goto(f"{site}config.json")
    return await page.evaluate(MEASURE, [max(2, round(REQUESTS * effort)), max(1, round(DOWNLOADS * effort)), large])


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
