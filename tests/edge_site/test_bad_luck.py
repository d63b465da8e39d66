"""Bad luck: one sentence in the page's language, or none where the page can help itself; and it goes on working."""

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from infra.local.site import SiteServer
from tests.edge_site.conftest import call, clip, extract
from tests.edge_site.test_cloud import Api

# WebGL has no handle from outside: this is put before a worker's script.
LOSE_ON_DEMAND = """
const surfaces = new Set();
const getContext = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (...args) {
  const context = getContext.apply(this, args);
  if (context && args[0].startsWith("webgl")) surfaces.add(context);
  return context;
};
self.lose = () => [...surfaces].map((context) => context.getExtension("WEBGL_lose_context").loseContext()).length;
"""


def write_clip(path: Path, codec: str, pictures, fps: Fraction | int = 25) -> Path:
    """A clip of RGB pictures [height, width, 3]."""
    with av.open(path, "w") as output:
        stream = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = output.add_stream(codec, rate=fps)
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, 1 / Fraction(fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def pictures_of(source: Path) -> list[np.ndarray]:
    with av.open(source) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def prepended(page, script: str, code: str) -> None:
    """Puts `code` before the worker script of that name."""

    def handle(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=code + response.text())

    page.context.route(re.compile(rf"/assets/{script}-[\w-]+\.js$"), handle)


def worker(page, name: str):
    (found,) = (each for each in page.workers if f"/{name}-" in each.url)
    return found


def end_worker(page, name: str) -> None:
    """It dies as one whose memory the system takes: without a word to anybody."""
    worker(page, name).evaluate("void setTimeout(() => self.close())")


def is_recognised(page) -> None:
    page.set_input_files("#chooser", clip("tea"))
    page.locator("#status", has_text="Ready").wait_for()
    assert page.inner_text(".guesses li:first-child .gloss") == "tea"
    assert page.is_hidden("#error")


def sentence(page, path: Path) -> str:
    page.set_input_files("#chooser", path)
    page.wait_for_selector("#error:visible")
    return page.inner_text("#error")


@pytest.fixture(params=["en", "es"])
def language(request) -> str:
    return request.param


def test_a_clip_of_ten_minutes_is_refused_at_once(site, new_page, tmp_path, language):
    grey = np.full((48, 64, 3), 120, np.uint8)
    path = write_clip(tmp_path / "long.webm", "libvpx", [grey] * 120, Fraction(1, 5))
    told = sentence(new_page(f"{site}?lang={language}"), path)
    assert {"en": "long.webm is too long", "es": "long.webm es demasiado largo"}[language] in told


def test_a_clip_in_4k_is_scaled_down_and_read(site, new_page, tmp_path):
    small = pictures_of(clip("tea"))[::24]
    large = [picture.repeat(5, axis=0).repeat(6, axis=1)[:2160] for picture in small]
    path = write_clip(tmp_path / "large.webm", "libvpx", large)
    found = extract(new_page(f"{site}?lang=en"), path)["value"]
    assert max(found["width"], found["height"]) == 1280
    assert found["frames_with"]["pose"] == found["frames"]


def test_half_a_hand_is_not_a_sign(site, new_page, tmp_path, language):
    fingers = [picture[200:280, 285:345].repeat(6, axis=0).repeat(6, axis=1) for picture in pictures_of(clip("tea"))]
    path = write_clip(tmp_path / "half.webm", "libvpx", fingers[::4], 6)
    page = new_page(f"{site}?lang={language}")
    told = sentence(page, path)
    assert "half.webm: " in told
    assert {"en": "must be", "es": "deben verse"}[language] in told
    assert page.locator(".guesses").count() == 0


def test_a_person_whose_hands_are_not_in_the_picture_is_told_so(site, new_page, tmp_path, language):
    heads = [picture[:230] for picture in pictures_of(clip("tea"))[::4]]
    path = write_clip(tmp_path / "head.webm", "libvpx", heads, 6)
    told = sentence(new_page(f"{site}?lang={language}"), path)
    assert {"en": "No hand was found in head.webm", "es": "No se encontró ninguna mano en head.webm"}[language] in told


@pytest.mark.parametrize("name", ["pose", "hands", "frames", "classifier"])
def test_a_worker_that_dies_is_replaced_and_nobody_notices(site, new_page, name):
    page = new_page(f"{site}?lang=en&fps=6")
    call(page, "ready")
    end_worker(page, name)
    is_recognised(page)
    end_worker(page, name)
    is_recognised(page)


@pytest.mark.parametrize("name", ["pose", "hands"])
def test_a_worker_that_dies_in_the_middle_of_a_clip_is_replaced_and_the_clip_is_read_again(site, new_page, name):
    page = new_page(f"{site}?lang=en&fps=12")
    call(page, "ready")
    page.set_input_files("#chooser", clip("tea"))
    page.locator("#status", has_text=re.compile(r"[2-9]\d\s?%")).wait_for()
    end_worker(page, name)
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert page.inner_text(".guesses li:first-child .gloss") == "tea"


def test_a_worker_that_dies_again_is_told_and_the_next_clip_is_recognised(site, new_page, language):
    page = new_page("about:blank")
    dying = "const answer = postMessage; self.postMessage = (data, ...rest) =>"
    dying += " data.value?.hands ? self.close() : answer.call(self, data, ...rest);"
    prepended(page, "hands", dying)
    page.goto(f"{site}?lang={language}&fps=6")
    call(page, "ready")
    told = sentence(page, clip("tea"))
    assert {"en": "Body and hands could not be looked for", "es": "No se pudo buscar el cuerpo"}[language] in told
    page.context.unroute_all()
    page.set_input_files("#chooser", clip("tea"))
    page.wait_for_selector(".guesses li:nth-child(5)")


def test_a_lost_webgl_context_costs_a_worker_and_no_answer(site, new_page):
    page = new_page("about:blank")
    for name in ("pose", "hands"):
        prepended(page, name, LOSE_ON_DEMAND)
    page.goto(f"{site}?lang=en&fps=6")
    call(page, "ready")
    before = extract(page, clip("tea"))["value"]["keypoints"]
    for name in ("pose", "hands"):
        assert worker(page, name).evaluate("self.lose()") > 0
    page.wait_for_timeout(200)
    assert extract(page, clip("tea"))["value"]["keypoints"] == before
    is_recognised(page)


@pytest.mark.parametrize("pattern", [r"model\.onnx$", r"pose_landmarker[^/]*\.task$", r"vision_wasm[^/]*\.wasm$"])
def test_a_damaged_copy_in_the_cache_is_fetched_once_more(site, new_page, pattern):
    # The service worker fetches files of its own as soon as the page is ready; here those of the page are counted.
    page = new_page("about:blank", service_workers="block")
    asked = []

    def damaged_once(route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=b"damaged", content_type="application/wasm") if len(asked) == 1 else route.continue_()

    page.context.route(re.compile(pattern), damaged_once)
    page.goto(f"{site}?lang=en&fps=6")
    assert "value" in call(page, "ready")
    assert len(asked) == 2
    is_recognised(page)


@pytest.mark.parametrize("pattern", [r"model\.onnx$", r"pose_landmarker[^/]*\.task$", r"vision_wasm[^/]*\.wasm$"])
def test_a_file_that_stays_damaged_is_told_after_two_tries(site, browser, pattern, language):
    context = browser.new_context()
    page = context.new_page()
    asked = []

    def damaged(route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=b"damaged", content_type="application/wasm")

    context.route(re.compile(pattern), damaged)
    page.goto(f"{site}?lang={language}")
    page.wait_for_selector("#error:visible")
    assert re.match(
        {"en": r"The model is damaged|Body", "es": r"El modelo está|No se pudo"}[language], page.inner_text("#error")
    )
    assert len(asked) == 2
    context.close()


def test_an_api_that_is_too_slow_is_told_and_the_edges_answer_stands(dist, new_page, language):
    api = Api()
    api.delay_s = 3
    with SiteServer(dist, api_url=api.url) as server:
        page = new_page("about:blank")
        # A minute, in a quarter of a second.
        page.add_init_script("const timeout = AbortSignal.timeout; AbortSignal.timeout = (ms) => timeout(ms / 240)")
        page.goto(f"{server.url}?fps=5&lang={language}&path=both")
        told = sentence(page, clip("hello"))
        assert {"en": "has not answered within 60 seconds", "es": "no respondió en 60 segundos"}[language] in told
        assert page.locator(".answer.edge .guesses li").count() == 5
        page.wait_for_timeout(3000)
    api.stop()
