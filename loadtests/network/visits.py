"""A visitor over a network: the first visit and where its time goes, a second one, one without a network."""

from dataclasses import dataclass
from typing import Any

from loadtests.page import EdgePage

# Before the page's own code: says when MediaPipe's WebAssembly, most of what there is to compile, was compiled.
WATCH_COMPILING = """(() => {
  const compile = WebAssembly.compileStreaming;
  WebAssembly.compileStreaming = async (...given) => {
    const compiled = await compile.apply(WebAssembly, given);
    performance.mark("cerca-compiled");
    return compiled;
  };
})()"""

# The instants of a thread's fetches; each thread has a time origin of its own.
FETCHES = """() => ({
  origin: performance.timeOrigin,
  ends: performance.getEntriesByType("resource").map((entry) => entry.responseEnd),
})"""
NAVIGATION = """() => ({
  // Not connectEnd: of a connection that Chromium began ahead of the request, that says when the request came.
  connected: performance.getEntriesByType("navigation")[0].requestStart,
  compiled: performance.getEntriesByName("cerca-compiled")[0]?.startTime ?? null,
})"""


@dataclass(frozen=True)
class Visit:
    """ms: navigation to ready. bytes: over the wire, page and workers. parts: see `parts_of`."""

    ms: float
    bytes: int
    parts: dict[str, float]


async def visit(page: EdgePage, url: str, timeout: float) -> Visit:
    """Visits with a page that has not been anywhere yet. Raises PageError."""
    await page.page.add_init_script(WATCH_COMPILING)
    ready = await page.visit(url, timeout)
    navigation = await page.evaluate(NAVIGATION)
    threads = [await page.evaluate(FETCHES), *[await worker.evaluate(FETCHES) for worker in page.page.workers]]
    origin = threads[0]["origin"]
    ends = [thread["origin"] - origin + end for thread in threads for end in thread["ends"]]
    ms = ready["ms"]["navigation_to_ready"]
    return Visit(ms, sum(asset["transfer"] for asset in ready["assets"]), parts_of(ms, navigation, ends))


def parts_of(ready: float, navigation: dict[str, Any], fetch_ends: list[float]) -> dict[str, float]:
    """Where the `ready` ms of a visit went: parts in the order in which they end, which add up to it.

    Downloading, compiling and starting sessions overlap, so each part is what it added to the time before it:
    `visit_connect` until the first connection stood (DNS, TCP, TLS), `visit_download` from there to the last byte that
    recognising needs, `visit_compile` from there until MediaPipe's WebAssembly was compiled (0 where downloading hid
    it), `visit_session` the rest: landmarkers and classifier made and run once.
    """
    connected = min(ready, max(0.0, navigation["connected"]))
    loaded = max([connected, *(end for end in fetch_ends if end <= ready)])
    compiled = min(ready, max(loaded, navigation["compiled"] or 0.0))
    return {
        "visit_connect": connected,
        "visit_download": loaded - connected,
        "visit_compile": compiled - loaded,
        "visit_session": ready - compiled,
    }
