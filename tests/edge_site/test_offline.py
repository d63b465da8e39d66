"""Offline after the first visit, recognition included; nothing is paid for twice; what is damaged is fetched anew."""

import hashlib
import http.client
import json
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.local.site import SiteServer
from loadtests.chromium import arguments, find_chromium
from tests.edge_site.conftest import call, clip, extract

ACTIVE = """() => navigator.serviceWorker.ready.then(async ({ active }) => {
  while (active.state !== "activated") await new Promise((done) => setTimeout(done, 50));
})"""
GONE = """async (name) => {
  while ((await caches.keys()).includes(name)) await new Promise((done) => setTimeout(done, 50));
}"""
CACHED = """() => caches.keys().then(async (names) => {
  const kept = {};
  for (const name of names) kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
  return kept;
})"""


class Meter:
    """Stands before the site: counts the bytes of every body by path, and can go away as a network does."""

    def __init__(self, url: str) -> None:
        origin = urlsplit(url)
        self.bytes: list[tuple[str, int]] = []
        self.down = False
        meter = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if meter.down:
                    self.close_connection = True
                    self.connection.close()
                    return
                upstream = http.client.HTTPConnection(origin.hostname, origin.port)
                upstream.request("GET", self.path, headers={**self.headers, "Host": origin.netloc})
                answer = upstream.getresponse()
                body = answer.read()
                meter.bytes.append((self.path, len(body)))
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "connection", "date", "server", "transfer-encoding"):
                        self.send_header(name, value)
                if answer.status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                upstream.close()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def total(self) -> int:
        return sum(count for _, count in self.bytes)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def visited(site, browser, tmp_path_factory) -> Iterator[tuple]:
    """A page after its first visit with an ordinary profile, and the meter with what the visit cost until ready."""
    meter = Meter(site)
    profile = tmp_path_factory.mktemp("profile")
    context = browser.browser_type.launch_persistent_context(profile, executable_path=find_chromium(), args=arguments())
    page = context.pages[0]
    first = first_visit(page, meter)
    yield page, meter, first
    context.close()
    meter.stop()


def first_visit(page, meter: Meter) -> int:
    """Bytes over the wire until ready; returns when the service worker is in place."""
    page.goto(f"{meter.url}?lang=en&fps=5")
    call(page, "ready")
    bytes_until_ready = meter.total
    page.evaluate(ACTIVE)
    return bytes_until_ready


def test_the_service_worker_does_not_fetch_what_the_visit_has_fetched(visited):
    _, meter, first = visited
    assert first > 15e6
    assert meter.total - first < 0.01 * first, [entry for entry in meter.bytes if entry[1] > 1e5]


def test_nor_does_it_in_a_private_window_whose_cache_is_too_small(site, new_page):
    meter = Meter(site)
    page = new_page(site)
    first = first_visit(page, meter)
    assert meter.total - first < 0.01 * first, [entry for entry in meter.bytes if entry[1] > 1e5]
    meter.stop()


def test_what_recognition_needs_is_kept_and_nothing_that_only_the_benchmark_needs(visited):
    page, meter, _ = visited
    ((_, urls),) = page.evaluate(CACHED).items()
    names = {url.removeprefix(meter.url) for url in urls}
    assert {"index.html", "evaluate.html", "models/default/model.onnx", "models/default/manifest.json"} <= names
    assert sum(name.endswith(".task") for name in names) == 2
    assert sum(name.endswith(".wasm") for name in names) == 2
    assert not [name for name in names if "holistic" in name or "asyncify" in name or name.endswith((".ort", ".br"))]


def test_the_site_is_installable(visited):
    page, _, _ = visited
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert errors == []
    manifest = json.loads(session.send("Page.getAppManifest")["data"])
    assert manifest["short_name"] == "cerca"


def test_without_a_network_a_clip_is_recognised_on_both_pages_with_every_header_in_place(visited):
    page, meter, _ = visited
    online = page.evaluate("fetch('index.html').then(({ headers }) => [...headers.keys()])")
    meter.down = True
    try:
        page.goto(f"{meter.url}?lang=en&fps=5")
        ready = call(page, "ready")["value"]
        assert ready["isolated"] is True
        assert sum(asset["transfer"] for asset in ready["assets"]) < 1e4
        offline = page.evaluate("fetch('index.html').then(({ headers }) => [...headers.keys()])")
        assert {"content-security-policy", "cross-origin-opener-policy"} <= set(offline)
        assert set(offline) >= set(online) - {"connection", "keep-alive"}
        keypoints = extract(page, clip("hello"))["value"]["keypoints"]
        top = call(page, "classify", keypoints)["value"]["top"]
        assert "hello" in [guess["label"] for guess in top]
        page.goto(f"{meter.url}evaluate.html?lang=en&fps=5")
        assert call(page, "ready")["value"]["sha256"] == ready["sha256"]
    finally:
        meter.down = False


DAMAGE = """async (part) => {
  const cache = await caches.open((await caches.keys())[0]);
  const request = (await cache.keys()).find(({ url }) => url.endsWith(part));
  const kept = await cache.match(request);
  const bytes = new Uint8Array(await kept.arrayBuffer());
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 1000);
  await cache.put(request, new Response(bytes, kept));
  return request.url;
}"""
KEPT_SHA256 = """async (url) => {
  const digest = await crypto.subtle.digest("SHA-256", await (await caches.match(url)).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


@pytest.mark.parametrize("part", ["pose_landmarker_full.task", "vision_wasm.wasm", "ort.wasm"])
def test_a_damaged_file_in_the_cache_is_fetched_anew(visited, dist, part):
    page, meter, _ = visited
    stem, suffix = part.split(".")
    (name,) = [file.name for file in (dist / "assets").glob(f"{stem}*.{suffix}") if "asyncify" not in file.name]
    url = page.evaluate(DAMAGE, name)
    wanted = hashlib.sha256((dist / "assets" / name).read_bytes()).hexdigest()
    assert page.evaluate(KEPT_SHA256, url) != wanted
    page.goto(f"{meter.url}?lang=en&fps=5")
    assert "value" in call(page, "ready")
    keypoints = extract(page, clip("hello"))["value"]["keypoints"]
    top = call(page, "classify", keypoints)["value"]["top"]
    assert "hello" in [guess["label"] for guess in top]
    for _ in range(100):
        if page.evaluate(KEPT_SHA256, url) == wanted:
            return
        page.wait_for_timeout(200)
    pytest.fail(f"{name} is still damaged")


def test_a_new_version_is_seen_at_once_and_the_old_cache_goes(dist, browser, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(dist, site / "dist", ignore=shutil.ignore_patterns("holistic", "*.br", "*.gz", "*asyncify*"))
    shutil.copy(dist.parent / "headers.json", site)
    context = browser.new_context()
    page = context.new_page()
    with SiteServer(site / "dist") as server:
        page.goto(f"{server.url}?lang=en&fps=5")
        call(page, "ready")
        page.evaluate(ACTIVE)
        (old,) = page.evaluate(CACHED)
        publish(site / "dist")
        page.goto(f"{server.url}?lang=en&fps=5")
        assert page.locator("meta[name=published]").get_attribute("content") == "again"
        call(page, "ready")
        page.evaluate(GONE, old)
        (new,) = page.evaluate(CACHED)
        assert new != old
    context.close()


def publish(dist: Path) -> None:
    """Another version of the site: the page is changed, and the service worker's list with it."""
    index, worker = dist / "index.html", dist / "sw.js"
    before = hashlib.sha256(index.read_bytes()).hexdigest()
    index.write_text(index.read_text().replace("<head>", '<head><meta name="published" content="again">'))
    after = hashlib.sha256(index.read_bytes()).hexdigest()
    script = worker.read_text()
    assert before in script
    version = "new" + after[:9]
    script = re.sub(r"(\$\{\w+\})[0-9a-f]{12}`", lambda found: found[1] + version + "`", script.replace(before, after))
    assert version in script
    worker.write_text(script)
