"""What the page measures of the device at a first visit, and keeps."""

import pytest

from tests.edge_site.conftest import call, clip
from tests.edge_site.test_accessibility import violations


def kept(page) -> str | None:
    return page.evaluate("localStorage.getItem('cerca.device.2')")


def test_the_first_visit_measures_and_the_second_knows(site, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}?lang=en")
    page.wait_for_selector("#device:visible", timeout=90_000)
    told = page.inner_text("#device-facts")
    assert told.startswith("This device: ")
    assert "on the CPU" in told, "a GPU that is a program is not tried"
    assert page.is_hidden("#device-unkept")
    assert violations(page) == []
    first = kept(page)
    fetched = "performance.getEntriesByType('resource').filter(({ name }) => /probe-/.test(name)).length"
    assert page.evaluate(fetched) == 1
    page.reload()
    page.wait_for_selector("#device:visible")
    assert page.inner_text("#device-facts") == told
    assert page.evaluate(fetched) == 0
    assert kept(page) == first
    context.close()


def test_what_was_measured_is_the_rate_that_clips_are_read_at_and_a_parameter_wins(site, browser):
    context = browser.new_context()
    context.add_init_script("""localStorage.setItem("cerca.device.2", '{"delegate":"CPU","ms":115,"fps":8}')""")
    page = context.new_page()
    for query, fps in (("", 8), ("?fps=5", 5)):
        page.goto(f"{site}{query}")
        page.set_input_files("#clip", clip("tea"))
        assert call(page, "extract")["value"]["fps"] == fps
    context.close()


def test_nothing_is_measured_beside_a_measurement(site, new_page):
    page = new_page(f"{site}?threads=1")
    call(page, "ready")
    page.wait_for_timeout(500)
    assert "probe-" not in page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join()")
    assert kept(page) is None


def test_measuring_gives_way_to_the_person(site, new_page):
    page = new_page(f"{site}?lang=en")
    page.locator("#status", has_text="Measuring").wait_for()
    page.set_input_files("#chooser", clip("tea"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert page.inner_text(".guesses li:first-child .gloss") == "tea"
    assert kept(page) is None


@pytest.mark.parametrize(
    ("language", "told"), [("en", "storage is full or switched off"), ("es", "está lleno o apagado")]
)
def test_full_storage_is_told_and_nothing_else_suffers(site, new_page, language, told):
    page = new_page("about:blank")
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page.goto(f"{site}?lang={language}")
    page.wait_for_selector("#device-unkept:visible", timeout=90_000)
    assert told in page.inner_text("#device-unkept")
    page.set_input_files("#chooser", clip("tea"))
    page.wait_for_selector(".guesses li:nth-child(5)")


def test_less_motion_means_no_replay_and_no_animation(site, new_page):
    page = new_page(f"{site}?lang=en&fps=6", reduced_motion="reduce")
    page.set_input_files("#chooser", clip("tea"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('#replay').src") == ""
    assert page.evaluate("document.getAnimations().length") == 0
    moving = new_page(f"{site}?lang=en&fps=6", reduced_motion="no-preference")
    moving.set_input_files("#chooser", clip("tea"))
    moving.wait_for_selector(".guesses li:nth-child(5)")
    moving.locator("#replay[src^=blob]").wait_for(state="attached")


def test_the_gpu_can_be_pinned(site, new_page):
    """In software here, so one frame will do: what is tested is that it gives keypoints."""
    page = new_page(f"{site}?delegate=gpu&fps=1")
    page.set_input_files("#clip", clip("tea"))
    found = call(page, "extract")["value"]
    assert found["frames_with"]["pose"] == found["frames"] > 0
