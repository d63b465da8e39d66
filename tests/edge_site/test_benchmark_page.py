"""The benchmark page: the shape that is stated is the shape that runs, and the baseline sees the frames that we see."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import sync_playwright

from tests.edge_site.camera import chromium_with
from tests.edge_site.conftest import CALL, ROOT, clip
from tests.edge_site.test_accessibility import violations

MANIFEST = json.loads((ROOT / "models" / "default" / "manifest.json").read_text())
SMALL = {"shape": [70, 54, 2], "warmup": 2, "runs": 70}


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright):
    with chromium_with(playwright) as chromium:
        yield chromium


def call(page, name: str, *args: object) -> dict:
    return page.evaluate(CALL.replace("window.cerca", "window.cercaBench"), [name, list(args)])


@pytest.fixture(scope="module")
def page(site, browser):
    context = browser.new_context()
    page = context.new_page()
    violated = []
    page.on("console", lambda message: "Content Security Policy" in message.text and violated.append(message.text))
    page.goto(f"{site}benchmark.html?lang=en&fps=5")
    yield page
    context.close()
    assert violated == []


@pytest.fixture(scope="module")
def report(page) -> dict:
    return call(page, "models", SMALL)["value"]


def test_every_model_of_the_bundle_is_timed_with_one_thread_and_with_more(report):
    timed = {(result["file"], result["backend"]["threads"]) for result in report["results"] if result["measured"]}
    assert {file for file, _ in timed} == set(MANIFEST["files"])
    threads = {threads for _, threads in timed}
    assert 1 in threads
    assert len(threads) == (2 if report["environment"]["cores"] > 1 else 1)


def test_raw_times_are_complete_and_the_statistics_are_theirs(report):
    for result in report["results"]:
        times = np.array(result["measured"]["times"])
        statistics = result["statistics"]
        assert len(times) == statistics["n"] == 70
        assert len(result["measured"]["warmup"]) == 2
        assert statistics["mean"] == pytest.approx(times.mean())
        assert statistics["sd"] == pytest.approx(times.std(ddof=1))
        assert statistics["median"] == pytest.approx(np.median(times))
        assert statistics["p90"] == pytest.approx(np.quantile(times, 0.9))
        assert statistics["p99"] is None, "70 runs say nothing about a p99"


def test_a_model_is_measured_as_the_manifest_has_it(report):
    for result in report["results"]:
        assert result["measured"]["sha256"] == MANIFEST["files"][result["file"]]["sha256"]
        assert result["measured"]["axes"] == ["frames", 54, 2]


@pytest.mark.parametrize("shape", [[70, 53, 2], [70, 54], [301, 54, 2], [1, 70, 54, 2]])
def test_a_shape_that_the_model_does_not_take_is_refused(page, shape):
    results = call(page, "models", {"shape": shape, "warmup": 0, "runs": 1})["value"]["results"]
    assert {result["fault"]["code"] for result in results} == {"shape_refused"}
    assert all(result["measured"] is None for result in results)


def serve_model(page, model: onnx.ModelProto) -> None:
    """The bundle's only model is now this one."""
    content = model.SerializeToString()
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "precision": "float32"}
    manifest = MANIFEST | {"files": {"model.onnx": entry}, "default_file": "model.onnx"}
    page.route("**/manifest.json", lambda route: route.fulfill(json=manifest))
    page.route("**/model.onnx", lambda route: route.fulfill(body=content))


def test_a_model_whose_frame_axis_was_replaced_by_one_is_not_timed_as_seventy(site, browser):
    model = onnx.load(ROOT / "models" / "default" / "model.onnx")
    axis = model.graph.input[0].type.tensor_type.shape.dim[0]
    axis.Clear()
    axis.dim_value = 1
    page = browser.new_page()
    serve_model(page, model)
    page.goto(f"{site}benchmark.html?lang=en")
    for result in call(page, "models", SMALL)["value"]["results"]:
        assert result["fault"]["code"] == "shape_refused"
        assert result["fault"]["values"]["axes"] == "[1, 54, 2]"
    assert "model.onnx takes [1, 54, 2], not [70, 54, 2]" in page.inner_text("#models-rows")
    page.close()


def test_a_model_that_reads_only_the_first_frame_is_not_timed_as_seventy(site, browser):
    classes = len(MANIFEST["labels"])
    weights = np.linspace(-1, 1, 108 * classes, dtype=np.float32).reshape(108, classes)
    constants = {"zero": np.array([0]), "one": np.array([1]), "flat": np.array([-1, 108]), "all": np.array([classes])}
    nodes = [
        helper.make_node("Slice", ["keypoints", "zero", "one"], ["first"]),
        helper.make_node("Reshape", ["first", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["scores"]),
        helper.make_node("Reshape", ["scores", "all"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "first frame only",
        [helper.make_tensor_value_info("keypoints", TensorProto.FLOAT, ["frames", 54, 2])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [classes])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()]
        + [numpy_helper.from_array(weights, "weights")],
    )
    page = browser.new_page()
    serve_model(page, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10))
    page.goto(f"{site}benchmark.html?lang=en")
    results = call(page, "models", SMALL)["value"]["results"]
    assert {result["fault"]["code"] for result in results} == {"shape_ignored"}
    page.close()


def test_the_form_states_the_thesis_and_refuses_what_cannot_be_run(page):
    assert page.input_value("#shape") == "70, 54, 2"
    assert (page.input_value("#warmup"), page.input_value("#runs")) == ("50", "1000")
    page.fill("#runs", "many")
    page.click("#models-start")
    page.wait_for_selector("#models-error:visible")
    assert "whole numbers" in page.inner_text("#models-error")


def test_a_run_can_be_started_by_keyboard_cancelled_and_downloaded(page):
    page.fill("#runs", "100000")
    page.press("#runs", "Enter")
    page.click("#models-cancel")
    page.locator("#models-status", has_text="Cancelled").wait_for()
    page.fill("#runs", "30")
    page.press("#runs", "Enter")
    page.locator("#models-status", has_text="Done").wait_for()
    assert "[70, 54, 2], 50 warm-up runs, 30 runs" in page.inner_text("#models-caption")
    with page.expect_download() as download:
        page.click("#models-json")
    saved = json.loads(Path(download.value.path()).read_text())
    assert {len(result["measured"]["times"]) for result in saved["results"]} == {30}


def test_the_legacy_landmarker_is_not_fetched_before_it_is_asked_for(page, report):
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert names
    assert not [name for name in names if "holistic" in name or name.endswith(".task") or "asyncify" in name]


def test_both_landmarkers_are_timed_on_the_same_frames(page):
    page.set_input_files("#clip", clip("hello"))
    plan = {"frames": 3, "warmup": 1, "contenders": ["ours", "legacy_cpu"]}
    times = call(page, "landmarkers", plan)["value"]["times"]
    assert {name: len(own) for name, own in times.items()} == {"ours": 3, "legacy_cpu": 3}
    assert min(times["ours"] + times["legacy_cpu"]) > 0
    assert "Median of Holistic at its best setting / median of ours" in page.inner_text("#landmarkers-ratio")


def test_the_thesis_way_gives_an_answer_from_every_frame(page):
    page.set_input_files("#clip", clip("hello"))
    legacy, ours = (call(page, "answer", way)["value"] for way in ("legacy_cpu", "ours"))
    assert legacy["frames"] == 48
    assert ours["frames"] < legacy["frames"]
    for answer in (legacy, ours):
        assert "hello" in [guess["label"] for guess in answer["top"]]


def test_a_broken_clip_is_one_sentence_and_the_next_one_works(page):
    page.set_input_files("#landmarkers-clip", ROOT / "tests" / "data" / "not_a_video.mp4")
    page.wait_for_selector("#landmarkers-error:visible")
    assert page.inner_text("#landmarkers-error").startswith("not_a_video.mp4 cannot be read as a video")
    page.fill("#frames", "2")
    page.click("#landmarkers-sample")
    page.locator("#landmarkers-status", has_text="Done").wait_for()
    assert page.is_hidden("#landmarkers-error")


@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("en", "dark")])
def test_axe_finds_no_violation_and_a_phone_does_not_scroll_sideways(page, report, language, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_text(language.upper(), exact=True).click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_text("EN", exact=True).click()


# Chromium's own adapter, which is a program: it shows that the page's WebGPU way works, and nothing of a GPU's speed.
WEBGPU = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")


def test_where_there_is_webgpu_each_model_that_it_takes_is_timed_with_it_too(site, playwright):
    with chromium_with(playwright, *WEBGPU, without="--disable-gpu") as chromium:
        page = chromium.new_page()
        page.goto(f"{site}benchmark.html?lang=en")
        report = call(page, "models", {"shape": [70, 54, 2], "warmup": 1, "runs": 3})["value"]
    results = {result["file"]: result for result in report["results"] if result["backend"]["provider"] == "webgpu"}
    assert set(results) == set(MANIFEST["files"])
    assert len(results["model.onnx"]["measured"]["times"]) == 3
    assert results["model.ort"]["fault"] is not None, "an ORT file is made for the CPU"
