"""What tests of every folder may use."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from loadtests.chromium import arguments, find_chromium
from loadtests.errors import ChromiumMissing
from tests import machine

# What runs in the background of a shell ignores Ctrl-C, and so would every process that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


# Outside of everything, so that waiting is not counted as the test's own time.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item):
    with machine.held(item.config.cache.mkdir("machine"), alone=item.get_closest_marker("realtime") is not None):
        return (yield)


# Not for the whole session: Playwright keeps an event loop running, and other files' tests run loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        program = find_chromium()
    except ChromiumMissing as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments())
        yield chromium
        chromium.close()
