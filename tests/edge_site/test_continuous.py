"""Continuous mode: the camera stays on, and the signs stand in a transcript, one after the other."""

import base64

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from loadtests import fake_camera
from tests.edge_site.camera import chromium_with_camera, turn_on
from tests.edge_site.conftest import ROOT, call, extract
from tests.edge_site.test_accessibility import violations

pytestmark = pytest.mark.realtime

CLIPS = ("tea_112_A", "please_73_A", "thank-you_91_A", "coffee_91_A", "no_16_A", "tea_128_B")
REST_S = 1.6
# Longer than a busy machine takes from the camera's first picture to the first landmarks.
END_S = 10
FPS = 12


def path(clip: str):
    return ROOT / "samples" / clip.split("_")[0] / f"{clip}.webm"


GLOSSES = [clip.split("_")[0] for clip in CLIPS]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Six signs, a rest after each, and the longest after the last."""
    pictures = tmp_path_factory.mktemp("camera") / "signs.mjpeg"
    fake_camera.write_pictures(pictures, [path(clip) for clip in CLIPS], after_s=REST_S, end_s=END_S)
    return pictures


@pytest.fixture(scope="module")
def browser(pictures):
    with sync_playwright() as playwright, chromium_with_camera(playwright, pictures) as chromium:
        yield chromium


def is_in_order(found: list[str], expected: list[str]) -> bool:
    """Whether `found` is `expected` with some left out."""
    rest = iter(expected)
    return all(gloss in rest for gloss in found)


def continuously(page) -> None:
    turn_on(page)
    page.get_by_text("Continuously").click()
    page.click("#record")


def test_signs_of_a_stream_stand_in_its_order_and_none_is_wrong(site, new_page):
    """The segmenter and the model alone: landmarks of every frame, whatever the machine is busy with."""
    page = new_page(f"{site}?fps={FPS}")
    rows = []
    for clip in CLIPS:
        keypoints = np.frombuffer(base64.b64decode(extract(page, path(clip))["value"]["keypoints"]), "<f4")
        keypoints = keypoints.reshape(-1, 54, 2)
        rows += [keypoints, np.repeat(keypoints[-1:], round(REST_S * FPS), axis=0)]
    stream = base64.b64encode(np.concatenate(rows).tobytes()).decode()
    entries = call(page, "transcribe", stream, {"fps": FPS, "aspect": 4 / 3})["value"]
    signs = [entry["label"] for entry in entries if entry["kind"] == "sign"]
    assert is_in_order(signs, GLOSSES)
    # 5 or 6 of 6 when this was written.
    assert len(signs) >= 4


def test_the_camera_fills_the_transcript_in_order_and_without_a_wrong_sign(site, new_page):
    page = new_page(f"{site}?lang=en")
    call(page, "ready")
    found = call(page, "follow", {"seconds": len(CLIPS) * (1.92 + REST_S) + 0.5})["value"]
    signs = [entry["label"] for entry in found["entries"] if entry["kind"] == "sign"]
    assert found["frames"] > 0
    assert is_in_order(signs, GLOSSES), found
    # A machine with little time for it sees few frames and then doubts, which is as it should be.
    if found["frames"] > 8 * len(CLIPS) * (1.92 + REST_S):
        assert len(signs) >= 3, found


def test_the_transcript_is_shown_copied_and_cleared(site, browser, new_page):
    page = new_page(f"{site}?lang=en", permissions=["camera", "clipboard-read", "clipboard-write"])
    continuously(page)
    page.wait_for_selector("#entries li", timeout=60_000)
    page.keyboard.press("Space")
    assert page.inner_text("#record") == "Start"
    shown = page.locator("#entries li").evaluate_all("items => items.map(item => item.firstChild.textContent)")
    page.click("#copy")
    page.locator("#status", has_text="copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == " ".join(f"({word})" if word == "uncertain" else word for word in shown)
    page.click("#clear")
    assert page.locator("#entries li").count() == 0
    assert page.is_visible("#transcript-empty")


@pytest.mark.parametrize(("language", "mode"), [("es", "Sin parar"), ("en", "Continuously")])
def test_axe_finds_no_violation_in_continuous_mode_and_nothing_scrolls_sideways(site, new_page, language, mode):
    page = new_page(f"{site}?lang={language}", viewport={"width": 360, "height": 740})
    page.click("#camera")
    page.wait_for_selector("#record:visible")
    page.get_by_text(mode).click()
    page.click("#record")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_mode_is_chosen_and_started_with_the_keyboard_alone(site, new_page):
    page = new_page(f"{site}?lang=en")
    turn_on(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("input[name=mode][value=continuous]")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#status", has_text="Sign, and let your hands rest").wait_for()
    page.keyboard.press("Escape")
    assert page.inner_text("#record") == "Start"


def test_the_language_of_a_doubt_follows_the_pages(site, new_page):
    page = new_page(f"{site}?lang=en")
    continuously(page)
    page.wait_for_selector("#signing:not(:empty)")
    page.get_by_text("ES", exact=True).click()
    assert page.inner_text("#signing") in ("Esperando una seña", "Haciendo una seña…")
