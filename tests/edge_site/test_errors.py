"""Bad input: one sentence in the page's language, and the page goes on working."""

import json
import re

import pytest

from tests.edge_site.conftest import ROOT, call, clip, extract, shared

DATA = ROOT / "tests" / "data"

SENTENCES = {
    ("mpeg4_part2.mp4", "en"): r"mpeg4_part2\.mp4 is encoded as \w+, which this browser cannot decode: convert it .*",
    ("mpeg4_part2.mp4", "es"): r"mpeg4_part2\.mp4 está codificado como \w+, que este navegador no puede .*",
    ("not_a_video.mp4", "en"): r"not_a_video\.mp4 cannot be read as a video: .*",
    ("not_a_video.mp4", "es"): r"not_a_video\.mp4 no se puede leer como video: .*",
}

# No picture of nobody need be shipped: the browser can record one.
RECORD_NOBODY = """async (alpha) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const context = canvas.getContext("2d", { alpha });
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  for (let k = 0; k < 15; k++) {
    context.fillStyle = `hsl(${k * 20} 40% 50%)`;
    context.fillRect(0, 0, 320, 240);
    await new Promise((done) => setTimeout(done, 33));
  }
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  const file = new File(parts, "nobody.webm", { type: "video/webm" });
  return cerca.extract(file).then(() => null, ({ code, message }) => ({ code, message }));
}"""


@pytest.mark.parametrize(("name", "language"), SENTENCES)
def test_a_clip_that_cannot_be_read_gives_one_sentence_on_the_page(site, new_page, name, language):
    page = new_page(f"{site}?lang={language}")
    page.set_input_files("#chooser", DATA / name)
    page.wait_for_selector("#error:visible")
    assert re.fullmatch(SENTENCES[name, language], page.inner_text("#error"))


def test_after_a_failure_the_next_clip_is_recognised(site, new_page):
    page = new_page(f"{site}?lang=en&fps=6")
    page.set_input_files("#chooser", DATA / "not_a_video.mp4")
    page.wait_for_selector("#error:visible")
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".guesses li:nth-child(5)")
    assert page.is_hidden("#error")
    assert "hello" in page.inner_text(".guesses")


def test_an_error_on_screen_follows_the_language(site, new_page):
    page = new_page(f"{site}?lang=en")
    page.set_input_files("#chooser", DATA / "not_a_video.mp4")
    page.wait_for_selector("#error:visible")
    page.get_by_text("ES", exact=True).click()
    assert re.fullmatch(SENTENCES["not_a_video.mp4", "es"], page.inner_text("#error"))
    assert page.get_attribute("html", "lang") == "es"


@pytest.mark.parametrize("name", ["casa_1418.mp4", "COMER_915_color.mp4"])
def test_a_real_clip_in_mpeg4_part_2_says_which_codec_it_has(site, new_page, name):
    error = extract(new_page(f"{site}?lang=en"), shared(f"lsp_clips/{name}"))["error"]
    assert error["code"] == "unsupported_codec"
    assert "mp4v" in error["message"]


def test_a_clip_without_a_person_says_so(site, new_page):
    page = new_page(f"{site}?lang=en")
    call(page, "ready")
    error = page.evaluate(RECORD_NOBODY, False)
    assert error["code"] == "no_person"
    assert error["message"].startswith("No person was found in nobody.webm")


def test_a_transparent_clip_says_that_it_cannot_be_decoded(site, new_page):
    page = new_page(f"{site}?lang=en")
    call(page, "ready")
    error = page.evaluate(RECORD_NOBODY, True)
    assert error["code"] == "unsupported_codec"
    assert "alpha" in error["message"]


def test_no_clip_chosen_is_a_sentence_too(site, new_page):
    assert call(new_page(f"{site}?lang=en"), "extract")["error"]["code"] == "not_a_video"


def test_a_damaged_model_is_refused_before_use(site, browser):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/model.onnx", lambda route: route.fulfill(body=b"damaged", content_type="application/octet-stream"))
    page.goto(f"{site}?lang=en")
    assert call(page, "ready")["error"]["code"] == "bundle_corrupt"
    page.wait_for_selector("#error:visible")
    assert "model.onnx" in page.inner_text("#error")
    context.close()


def test_a_model_that_the_bundle_does_not_list_is_refused(site, new_page):
    error = call(new_page(f"{site}?lang=en&model=other.onnx"), "ready")["error"]
    assert error["code"] == "bundle_corrupt"
    assert "other.onnx" in error["message"]


def test_every_model_of_the_bundle_runs(site, new_page):
    manifest = json.loads((ROOT / "models" / "default" / "manifest.json").read_text())
    for file in manifest["files"]:
        if file.endswith(".onnx"):
            page = new_page(f"{site}?model={file}")
            assert call(page, "ready")["value"]["sha256"] == manifest["files"][file]["sha256"]


def test_a_landmarker_that_cannot_be_fetched_says_so(site, browser):
    context = browser.new_context()
    page = context.new_page()
    context.route("**/*.task", lambda route: route.fulfill(status=404))
    page.goto(f"{site}?lang=es")
    error = call(page, "ready")["error"]
    assert error["code"] == "landmarker_failed"
    assert error["message"].startswith("No se pudo buscar")
    context.close()


def test_cancelling_stops_the_clip_and_leaves_the_page_usable(site, new_page):
    page = new_page(f"{site}?lang=en&fps=30")
    call(page, "ready")
    page.set_input_files("#chooser", clip("hello"))
    page.click("#cancel")
    page.locator("#status", has_text="Cancelled").wait_for()
    assert page.is_hidden("#cancel")
    assert page.is_hidden("#error")
    assert extract(page, clip("no"))["value"]["frames"] > 0
