"""The report as a reader sees it: accessible, in the language chosen, no wider than a phone, loading nothing."""

import pytest

from analysis import write_report
from tests.analysis.synthetic_run import whole_run, write_run
from tests.generated_pages import axe_violations


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder, whole_run()[:-1])
    write_report(folder)
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_no_violation(browser, address, language, scheme):
    assert axe_violations(browser, address, language, scheme) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    for language in ("en", "es"):
        page.check(f"#show-{language}", force=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_one_language_is_shown_at_a_time_and_the_keyboard_changes_it(browser, address):
    page = browser.new_page()
    page.goto(address)
    english, spanish = page.locator("article[lang=en]"), page.locator("article[lang=es]")
    assert english.is_visible() and not spanish.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert spanish.is_visible() and not english.is_visible()
    page.close()


def test_nothing_is_loaded_and_nothing_is_refused(browser, address):
    page = browser.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    page.close()
    assert requests == [address]
    assert complaints == []
