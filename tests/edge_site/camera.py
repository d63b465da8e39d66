"""A Chromium with a fake camera, and what its tests ask of the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from loadtests import fake_camera
from loadtests.chromium import arguments, find_chromium


@contextmanager
def chromium_with(playwright: Playwright, *switches: str, without: str = "") -> Iterator[Browser]:
    """A Chromium with `switches` besides the usual ones, and not the one named `without`."""
    usual = [switch for switch in arguments() if switch != without]
    chromium = playwright.chromium.launch(executable_path=find_chromium(), args=[*usual, *switches])
    yield chromium
    chromium.close()


@contextmanager
def chromium_with_camera(playwright: Playwright, pictures: Path) -> Iterator[Browser]:
    """Its camera shows `pictures` (`fake_camera.write_pictures`), anew each time that it is turned on."""
    with chromium_with(playwright, *fake_camera.arguments(pictures)) as chromium:
        yield chromium


def turn_on(page: Page) -> None:
    """Camera on, and somebody well in view."""
    page.click("#camera")
    page.wait_for_selector("#record:visible")
    page.locator("#status", has_text="well in view").wait_for()
