"""A visitor's own model: checked whole before it is used, kept for the visit, on every page, and sent nowhere."""

import json
import shutil
from pathlib import Path

import pytest

from tests.edge_site.conftest import ROOT, call, clip, extract
from tests.edge_site.test_accessibility import violations

SHIPPED = ROOT / "models" / "default"
INT8 = "model.int8.onnx"


@pytest.fixture(scope="module")
def mine(tmp_path_factory) -> Path:
    """The shipped int8 model as somebody's own bundle."""
    folder = tmp_path_factory.mktemp("bundles") / "mine"
    folder.mkdir()
    manifest = json.loads((SHIPPED / "manifest.json").read_text())
    manifest |= {"name": "mine", "default_file": INT8, "files": {INT8: manifest["files"][INT8]}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(SHIPPED / INT8, folder)
    return folder


@pytest.fixture
def page(site, new_page):
    page = new_page(f"{site}benchmark.html?lang=en")
    page.locator("#bundle option").first.wait_for(state="attached")
    return page


def bring(page, folder: Path) -> None:
    """Chooses the folder and waits for the page that has it."""
    with page.expect_navigation():
        page.set_input_files("#own-bundle", folder)
    page.locator("#bundle option", has_text="your own").wait_for(state="attached")


def refused(page, folder: Path) -> str:
    page.set_input_files("#own-bundle", folder)
    page.wait_for_selector("#library-error:visible")
    return page.inner_text("#library-error")


def test_the_sites_own_bundles_are_listed(page):
    assert page.locator("#bundle option").first.get_attribute("value") == "models/default/"
    assert page.input_value("#bundle") == "models/default/"


def test_an_own_bundle_is_used_on_every_page_for_the_visit_and_sent_nowhere(site, page, mine):
    sent = []
    page.context.on("request", lambda request: request.method != "GET" and sent.append(request.url))
    bring(page, mine)
    assert page.locator("#bundle option:checked").inner_text() == "your own: mine"
    plan = {"shape": [70, 54, 2], "warmup": 0, "runs": 2}
    report = page.evaluate("plan => cercaBench.models(plan)", plan)
    assert report["bundle"] == "mine"
    assert {result["file"] for result in report["results"]} == {INT8}
    expected = json.loads((mine / "manifest.json").read_text())["files"][INT8]["sha256"]
    for address in ("evaluate.html?lang=en&fps=5", "?lang=en&fps=5"):
        page.goto(site + address)
        assert call(page, "ready")["value"]["sha256"] == expected
    keypoints = extract(page, clip("hello"))["value"]["keypoints"]
    assert call(page, "classify", keypoints)["value"]["sha256"] == expected
    assert sent == []


def test_another_visit_starts_with_the_sites_own_model(site, page, mine):
    bring(page, mine)
    other = page.context.new_page()
    other.goto(f"{site}benchmark.html?lang=en")
    other.locator("#bundle option").first.wait_for(state="attached")
    assert other.input_value("#bundle") == "models/default/"


def test_the_sites_model_can_be_chosen_again(page, mine):
    bring(page, mine)
    with page.expect_navigation():
        page.select_option("#bundle", "models/default/")
    page.locator("#bundle option").first.wait_for(state="attached")
    assert page.input_value("#bundle") == "models/default/"


def test_a_bundle_that_is_not_whole_is_refused_in_one_sentence(page, mine, tmp_path):
    changed = shutil.copytree(mine, tmp_path / "changed")
    content = bytearray((changed / INT8).read_bytes())
    content[len(content) // 2] ^= 1
    (changed / INT8).write_bytes(content)
    assert refused(page, changed).startswith(f"{INT8} is not the file that manifest.json describes")

    short = shutil.copytree(mine, tmp_path / "short")
    (short / INT8).unlink()
    assert refused(page, short) == f"{INT8} stands in manifest.json but not in the folder: the bundle was not used."

    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "readme.txt").write_text("nothing")
    assert refused(page, tmp_path / "none").startswith("There is no manifest.json")

    large = shutil.copytree(mine, tmp_path / "large")
    with (large / INT8).open("wb") as file:
        file.truncate(65_000_000)
    assert "this page takes 64 MB at most" in refused(page, large)
    assert page.input_value("#bundle") == "models/default/"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"schema_version": 2}, "schema_version 2"),
        ({"labels": []}, "labels"),
        ({"keypoints": [{"name": "nose", "part": "pose", "index": 33}]}, "keypoints[0]"),
        ({"files": {"../model.onnx": {"sha256": "", "bytes": 1}}}, "files.../model.onnx"),
        ({"default_file": "other.onnx"}, "default_file"),
    ],
)
def test_a_manifest_that_cannot_be_used_names_what_is_wrong(page, mine, tmp_path, change, named):
    folder = shutil.copytree(mine, tmp_path / "bundle")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | change))
    assert f"({named})" in refused(page, folder)


def test_a_dropped_folder_is_taken_for_a_bundle_on_the_evaluate_page(site, new_page, mine):
    page = new_page(f"{site}evaluate.html?lang=en&fps=5")
    page.locator("#bundle option").first.wait_for(state="attached")
    drag = {"items": [], "files": [str(mine)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    with page.expect_navigation():
        for step in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 200, "data": drag})
    page.locator("#bundle option", has_text="your own: mine").wait_for(state="attached")


def test_a_folder_outside_the_site_is_not_taken_from_the_address(site, new_page):
    for address in ("//example.org/models/", "../models/", "https://example.org/"):
        page = new_page(f"{site}benchmark.html?bundle={address}")
        page.locator("#bundle option").first.wait_for(state="attached")
        assert page.input_value("#bundle") == "models/default/"


def test_axe_finds_no_violation_in_a_refused_bundle(page, tmp_path):
    (tmp_path / "readme.txt").write_text("nothing")
    refused(page, tmp_path)
    assert violations(page) == []
    page.get_by_text("ES", exact=True).click()
    assert page.inner_text("#library-error").startswith("No hay manifest.json")
