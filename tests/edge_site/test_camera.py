"""Recording with the camera: the answer stands there when the recording stops."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from loadtests import fake_camera
from tests.edge_site.camera import chromium_with, chromium_with_camera, turn_on
from tests.edge_site.conftest import call, clip
from tests.edge_site.test_accessibility import violations
from tests.edge_site.test_bad_luck import end_worker
from tests.edge_site.test_privacy import PROBE, listener  # noqa: F401 (a fixture)

pytestmark = pytest.mark.realtime


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """What the camera sees: somebody who signs `tea` without end."""
    path = tmp_path_factory.mktemp("camera") / "tea.mjpeg"
    fake_camera.write_pictures(path, [clip("tea")])
    return path


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright, pictures):
    with chromium_with_camera(playwright, pictures) as chromium:
        yield chromium


def record_with_the_keyboard(page) -> None:
    """Space, countdown, two seconds of recording, space."""
    page.keyboard.press("Space")
    page.wait_for_selector("#counter.recording")
    page.wait_for_timeout(2000)
    page.keyboard.press("Space")
    page.wait_for_selector(".guesses li:nth-child(5)")


def test_a_recording_is_started_and_stopped_with_the_space_bar(site, new_page):
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    page.evaluate("document.activeElement.blur()")
    record_with_the_keyboard(page)
    assert page.inner_text(".guesses li:first-child .gloss") == "tea"
    assert "after its end" in page.inner_text("#times")


def test_a_recording_is_started_and_stopped_with_its_button(site, new_page):
    page = new_page(f"{site}?lang=es")
    page.click("#camera")
    page.click("#record")
    assert page.inner_text("#record") == "Cancelar"
    page.wait_for_selector("#counter.recording")
    assert page.inner_text("#record") == "Parar"
    page.wait_for_timeout(2000)
    page.click("#record")
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert "después de parar" in page.inner_text("#times")


def test_landmarks_are_drawn_over_the_live_picture(site, new_page):
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    painted = """() => {
      const { width, height } = document.querySelector("#picture");
      const { data } = document.querySelector("#picture").getContext("2d").getImageData(0, 0, width, height);
      return data.reduce((count, value, k) => count + Number(k % 4 === 3 && value > 0), 0);
    }"""
    assert page.evaluate(painted) > 500
    assert page.evaluate("document.querySelector('#live').videoWidth") == fake_camera.SIZE[0]


def test_escape_drops_the_recording_then_turns_the_camera_off(site, new_page):
    page = new_page(f"{site}?lang=en")
    turn_on(page)
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.locator("#status", has_text="Cancelled").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector("#camera:visible")
    assert page.evaluate("document.activeElement.id") == "camera"
    assert page.evaluate("document.querySelector('#live').srcObject") is None
    assert page.locator(".guesses").count() == 0


def test_a_clip_chosen_while_the_camera_is_on_turns_it_off_and_is_recognised(site, new_page):
    page = new_page(f"{site}?lang=en&fps=6")
    turn_on(page)
    page.click(".chip")
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert page.is_visible("#camera")
    assert page.is_hidden("#record")


def test_the_camera_can_be_used_again_after_it_was_off(site, new_page):
    page = new_page(f"{site}?lang=en")
    for _ in range(2):
        turn_on(page)
        page.click("#camera-off")
        page.wait_for_selector("#camera:visible")


@pytest.mark.parametrize(("language", "scheme"), [("es", "dark"), ("en", "light")])
def test_axe_finds_no_violation_with_the_camera_on(site, new_page, language, scheme):
    page = new_page(f"{site}?lang={language}", color_scheme=scheme, viewport={"width": 360, "height": 740})
    page.click("#camera")
    page.wait_for_selector("#record:visible")
    assert violations(page) == []
    page.keyboard.press("Space")
    page.wait_for_selector("#counter.recording")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_first_visit_fetches_nothing_of_the_camera(site, new_page):
    page = new_page(f"{site}?lang=en")
    call(page, "ready")
    fetched = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
    assert "live-" not in page.evaluate(fetched)
    page.click("#camera")
    page.wait_for_selector("#record:visible")
    assert "live-" in page.evaluate(fetched)


def test_a_camera_asked_for_while_the_page_loads_is_not_kept_waiting_by_the_measure_of_the_device(site, new_page):
    page = new_page(f"{site}?lang=en")
    turn_on(page)
    assert "probe-" not in page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join()")


def test_with_the_camera_on_nothing_leaves_the_device(site, browser):
    context = browser.new_context()
    requests = []
    context.on("request", lambda request: requests.append(request))
    page = context.new_page()
    violated = []
    page.on("console", lambda message: "Content Security Policy" in message.text and violated.append(message.text))
    page.goto(f"{site}?lang=en&countdown=0")
    turn_on(page)
    record_with_the_keyboard(page)
    context.close()
    assert violated == []
    assert any("live-" in request.url for request in requests)
    assert [request.url for request in requests if not request.url.startswith(site)] == []
    assert [request.url for request in requests if request.method != "GET" or request.post_data_buffer] == []


def test_with_the_camera_on_the_policy_blocks_a_probe_and_without_it_the_probe_gets_through(site, new_page, listener):  # noqa: F811
    url, received = listener
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    assert page.evaluate(PROBE, url) == "blocked"
    assert {worker.evaluate(PROBE, url) for worker in page.workers} == {"blocked"}
    assert received == []
    page = new_page(f"{site}?lang=en&countdown=0", bypass_csp=True)
    turn_on(page)
    assert page.evaluate(PROBE, url) == "sent"
    assert received == [b"keypoints"]


def test_where_tracks_cannot_be_read_the_frames_are_those_that_the_video_shows(site, browser):
    context = browser.new_context()
    context.add_init_script("delete globalThis.MediaStreamTrackProcessor")
    page = context.new_page()
    page.goto(f"{site}?lang=en&countdown=0")
    turn_on(page)
    page.evaluate("document.activeElement.blur()")
    record_with_the_keyboard(page)
    assert page.inner_text(".guesses li:first-child .gloss") == "tea"
    context.close()


# Stands in for both landmarkers, whose pictures would need somebody who raises both hands; all else is the site's own.
# The hands are up from 1 to 3 s and again from 5 s of the camera's time on.
SCRIPTED_LANDMARKER = """
const point = (x, y) => [x, y];
const up = (ms) => (ms > 1000 && ms < 3000) || ms > 5000;
const replies = {
  load: () => undefined, reset: () => undefined, assets: () => [],
  detect: ({ frame, timestamp }) => {
    frame.close();
    const wrist = up(timestamp) ? 0.1 : 0.7;
    const pose = new Float32Array(Array.from({ length: 33 }, (_, k) => point(k % 2 ? 0.6 : 0.4, 0.3)).flat());
    pose.set([0.6, 0.5, 0.4, 0.5], 22);
    pose.set([0.7, wrist, 0.3, wrist], 30);
    const hand = (x, handedness) =>
      ({ landmarks: new Float32Array(Array.from({ length: 21 }, () => [x, wrist]).flat()), handedness, score: 0.9 });
    return { pose, hands: [hand(0.7, "Left"), hand(0.3, "Right")], ms: 1 };
  },
};
self.onmessage = ({ data }) => {
  if ("pulse" in data)
    navigator.locks.request(data.pulse, () => { postMessage(data); return new Promise(() => undefined); });
  else postMessage({ id: data.id, value: replies[data.kind](data) });
};
"""


@pytest.fixture
def raising(site, browser):
    """A page before whose camera somebody raises both hands twice."""
    context = browser.new_context()
    for worker in ("pose", "hands"):
        context.route(
            f"**/assets/{worker}-*.js",
            lambda route: route.fulfill(body=SCRIPTED_LANDMARKER, headers=route.fetch().headers),
        )
    page = context.new_page()
    page.goto(f"{site}?lang=en&countdown=0")
    yield page
    context.close()


def test_raised_hands_start_and_stop_a_recording(raising):
    raising.click("#camera")
    raising.wait_for_selector("#counter.recording")
    raising.wait_for_selector(".guesses li:nth-child(5)")
    assert raising.inner_text("#record") == "Start"


def test_raised_hands_are_not_heeded_where_nobody_wants_them(raising):
    raising.click("#camera")
    raising.wait_for_selector("#by-hands:visible")
    raising.uncheck("#by-hands")
    raising.wait_for_timeout(2500)
    assert raising.locator("#counter.recording").count() == 0


def test_the_instrument_records_and_says_how_long_the_answer_took(site, new_page):
    page = new_page(f"{site}?lang=en")
    found = call(page, "record", {"seconds": 5})["value"]
    assert found["frames"] >= 2
    # A slow machine sees its last frame early.
    assert 0 < found["duration"] <= 5.5
    assert found["frames_with"]["pose"] >= found["frames"] - 1
    assert 0 <= found["ms"]["last_frame"] <= found["ms"]["stop_to_answer"]
    assert json.dumps(found["answer"]["top"]).count("label") == 5


def test_the_models_own_limit_ends_a_recording(site, new_page):
    page = new_page(f"{site}?lang=en")
    manifest: Callable = lambda route: route.fulfill(json=limited(route.fetch().json()))  # noqa: E731
    page.route("**/manifest.json", manifest)
    page.reload()
    turn_on(page)
    page.keyboard.press("Space")
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert "as long as the model takes" in page.inner_text("#status")
    assert " 3 frames" in page.inner_text("#times")


def limited(manifest: dict) -> dict:
    return manifest | {"input": manifest["input"] | {"max_frames": 3}}


def sentence(page, language: str) -> str:
    page.click("#camera")
    page.wait_for_selector("#error:visible")
    assert page.is_visible("#choosing"), language
    return page.inner_text("#error")


@pytest.mark.parametrize(
    ("language", "told"), [("en", "No camera was found: "), ("es", "No se encontró ninguna cámara: ")]
)
def test_without_a_camera_the_page_says_so(site, playwright, language, told):
    with chromium_with(
        playwright, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"
    ) as chromium:
        page = chromium.new_page()
        page.goto(f"{site}?lang={language}&fps=6")
        assert sentence(page, language).startswith(told)
        page.click(".chip")
        page.wait_for_selector(".guesses li:nth-child(5)")


@pytest.mark.parametrize(
    ("language", "told"), [("en", "The camera may not be used here: "), ("es", "Aquí no se puede usar la cámara: ")]
)
def test_a_refused_camera_is_told_and_the_page_goes_on(site, playwright, language, told):
    with chromium_with(playwright, "--use-fake-device-for-media-stream", "--deny-permission-prompts") as chromium:
        page = chromium.new_page()
        page.goto(f"{site}?lang={language}&fps=6")
        assert sentence(page, language).startswith(told)
        page.click(".chip")
        page.wait_for_selector(".guesses li:nth-child(5)")


def test_a_camera_that_is_unplugged_is_told_and_can_be_turned_on_again(site, new_page):
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    # `stop` alone does not tell the page: only the device's own end does.
    page.evaluate("""() => {
      const [track] = document.querySelector("#live").srcObject.getTracks();
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }""")
    page.wait_for_selector("#error:visible")
    assert page.inner_text("#error").startswith("The camera is gone")
    turn_on(page)
    assert page.is_hidden("#error")


def test_a_page_that_is_hidden_while_recording_drops_the_recording_and_says_so(site, new_page):
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    page.keyboard.press("Space")
    page.wait_for_selector("#counter.recording")
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      delete document.hidden;
    }""")
    page.wait_for_selector("#error:visible")
    assert page.inner_text("#error").startswith("The page was hidden")
    page.wait_for_timeout(100)
    record_with_the_keyboard(page)
    assert page.is_hidden("#error")


def test_a_worker_that_dies_while_the_camera_is_on_is_replaced_and_told_only_when_it_dies_again(site, new_page):
    page = new_page(f"{site}?lang=en&countdown=0")
    turn_on(page)
    end_worker(page, "hands")
    record_with_the_keyboard(page)
    assert page.is_hidden("#error")
    end_worker(page, "hands")
    page.wait_for_selector("#error:visible")
    assert page.inner_text("#error").startswith("Body and hands could not be looked for")
    turn_on(page)
    assert page.is_hidden("#error")
