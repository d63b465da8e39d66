"""Edge mode: nothing leaves the device. The policy is what holds it; without the policy the same probe gets through."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from tests.edge_site.conftest import call, clip, extract

PROBE = """url => fetch(url, { method: "POST", body: "keypoints" }).then(() => "sent", () => "blocked")"""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Another origin that would gladly take anything: its address, and the bodies it received."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    server.server_close()


def test_recognising_on_the_edge_sends_nothing_anywhere(site, browser):
    context = browser.new_context()
    requests = []
    context.on("request", lambda request: requests.append(request))
    page = context.new_page()
    violations = []
    page.on("console", lambda message: "Content Security Policy" in message.text and violations.append(message.text))
    page.goto(f"{site}?fps=6")
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    workers = {worker.url for worker in page.workers}
    context.close()
    assert len(workers) == 4
    assert violations == []
    own = urlsplit(site).netloc
    fetched = [request for request in requests if urlsplit(request.url).scheme not in ("blob", "data")]
    assert any(request.url.endswith(".task") for request in fetched), "the workers' requests are seen too"
    assert {urlsplit(request.url).netloc for request in fetched} == {own}
    assert [request.url for request in fetched if request.method != "GET" or request.post_data_buffer] == []


def test_the_policy_blocks_a_probe_from_the_page_and_from_every_worker(site, new_page, listener):
    url, received = listener
    page = new_page(site)
    call(page, "ready")
    extract(page, clip("no"))
    assert page.evaluate(PROBE, url) == "blocked"
    assert [worker.evaluate(PROBE, url) for worker in page.workers] == ["blocked"] * 4
    assert received == []


def test_without_the_policy_the_same_probe_gets_through(site, new_page, listener):
    url, received = listener
    page = new_page(site, bypass_csp=True)
    assert page.evaluate(PROBE, url) == "sent"
    assert received == [b"keypoints"]


def test_every_file_of_the_site_comes_with_the_policy(site, dist, new_page):
    page = new_page(site)
    for path in ["", *(f"assets/{file.name}" for file in (dist / "assets").glob("*.js"))]:
        headers = page.request.get(f"{site}{path}").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
        assert headers["cross-origin-embedder-policy"] == "require-corp"
