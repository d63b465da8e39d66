"""A real Chromium on the real built site, one a file of tests, and a new context (an empty profile) a test."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from infra.local.site import SiteServer
from loadtests.chromium import arguments, find_chromium

ROOT = Path(__file__).parents[2]
DIST = ROOT / "edge_site" / "dist"
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def dist() -> Path:
    if not (DIST / "index.html").exists():
        pytest.fail("the site is not built: run `make site` (or `make test`, which does).")
    return DIST


@pytest.fixture(scope="session")
def site(dist: Path) -> Iterator[str]:
    """Address of the site without a cloud path."""
    with SiteServer(dist) as server:
        yield server.url


# Not for the whole session: Playwright keeps an event loop running, and other folders' tests run loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own (options: `Browser.new_context`), closes them, fails on a page error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(url: str, **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def clip(gloss: str) -> Path:
    """The first shipped clip of that sign."""
    return sorted((ROOT / "samples" / gloss).glob("*.webm"))[0]


def shared(name: str) -> Path:
    """A file of the project's shared data, which a clone does not have."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name} in ../shared/data, which is not there")
    return path


CALL = """async ([name, args]) => {
  try { return { value: await window.cerca[name](...args) } }
  catch (error) { return { error: { code: error.code, message: error.message } } }
}"""


def call(page: Page, name: str, *args: object) -> dict:
    """`window.cerca.<name>(...)`: `{"value": ...}`, or `{"error": {"code", "message"}}`."""
    return page.evaluate(CALL, [name, list(args)])


def extract(page: Page, path: Path) -> dict:
    page.set_input_files("#clip", path)
    return call(page, "extract")


@pytest.fixture
def plain_host(dist: Path) -> Iterator[str]:
    """A static host that sends no headers of ours and knows no `/config.json`."""
    handler = partial(PlainHandler, directory=str(dist))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class PlainHandler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: object) -> None:
        pass
