"""Usable by everyone: axe finds nothing, the narrowest phone does not scroll sideways, the keyboard is enough."""

import pytest

from tests.edge_site.conftest import ROOT, clip

AXE = ROOT / "edge_site" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page) -> list[tuple[str, str]]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in found]


@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("en", "dark")])
def test_axe_finds_no_violation_before_with_an_answer_and_with_an_error(site, new_page, language, scheme):
    page = new_page(f"{site}?lang={language}&fps=5", color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector("#model:visible")
    assert violations(page) == []
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert violations(page) == []
    page.set_input_files("#chooser", ROOT / "tests" / "data" / "not_a_video.mp4")
    page.wait_for_selector("#error:visible")
    assert violations(page) == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_scrolls_sideways_at_360_pixels(site, new_page, language):
    page = new_page(f"{site}?lang={language}&fps=5", viewport={"width": 360, "height": 740})
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_keyboard_reaches_the_chooser_the_samples_and_the_language(site, new_page):
    page = new_page(f"{site}?lang=en")
    page.wait_for_selector(".chip")
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.name || document.activeElement.className"
            )
        )
    assert {"language", "chooser", "chip"} <= reached


def test_a_sample_is_recognised_with_a_click(site, new_page):
    page = new_page(f"{site}?lang=en&fps=6")
    sample = page.locator(".chip").first
    gloss = sample.inner_text()
    sample.click()
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert gloss.replace("-", " ") in page.inner_text(".guesses")
