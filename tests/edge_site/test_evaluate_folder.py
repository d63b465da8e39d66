"""A folder of labelled clips: a score with its interval, broken clips that fail alone, a run that can be resumed."""

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.edge_site.conftest import ROOT, call, clip
from tests.edge_site.test_accessibility import violations

DATA = ROOT / "tests" / "data"


def recordings(root: Path) -> Path:
    """Two signs that the model knows, one that it does not, a clip without a label, and a broken one."""
    for label, gloss in (("hello", "hello"), ("Thank_You", "thank-you"), ("=dragon", "no")):
        (root / label).mkdir(parents=True)
        shutil.copy(clip(gloss), root / label / "one.webm")
    shutil.copy(clip("please"), root / "unlabelled.webm")
    shutil.copy(DATA / "not_a_video.mp4", root / "hello" / "broken.mp4")
    (root / "notes.txt").write_text("not a clip")
    return root


@pytest.fixture
def folder(tmp_path) -> Path:
    return recordings(tmp_path / "recordings")


@pytest.fixture(scope="module")
def evaluated(site, browser, tmp_path_factory):
    """A page that has evaluated the folder, its report, and every request that it made."""
    folder = recordings(tmp_path_factory.mktemp("evaluated") / "recordings")
    context = browser.new_context()
    requests = []
    context.on("request", lambda request: requests.append(request))
    page = context.new_page()
    page.goto(f"{site}evaluate.html?lang=en&fps=5")
    report = evaluate(page, folder)["value"]
    yield page, report, requests
    context.close()


def evaluate(page, folder: Path) -> dict:
    page.set_input_files("#clips", folder)
    return call(page, "evaluate")


def finish(page, clips: int) -> None:
    page.locator("#status", has_text=f"Done: {clips} clips.").wait_for()


def test_folder_names_are_the_labels_and_the_score_has_an_interval(evaluated):
    _, report, _ = evaluated
    rows = {row["clip"]: row for row in report["rows"]}
    assert {name: row["truth"] for name, row in rows.items()} == {
        "=dragon/one.webm": "=dragon",
        "Thank_You/one.webm": "Thank_You",
        "hello/broken.mp4": "hello",
        "hello/one.webm": "hello",
        "unlabelled.webm": None,
    }
    assert [row["known"] for row in rows.values()] == [False, True, True, True, False]
    summary = report["summary"]
    assert (summary["clips"], summary["done"], summary["failed"]) == (5, 5, 1)
    assert (summary["unknown"], summary["unlabelled"]) == (1, 1)
    assert summary["top5"]["n"] == 2
    low, high = summary["top5"]["interval95"]
    assert low < summary["top5"]["share"] <= high


def test_a_broken_clip_gets_its_sentence_and_the_others_are_answered(evaluated):
    page, report, _ = evaluated
    (broken,) = [row for row in report["rows"] if row["failure"]]
    assert broken["failure"]["code"] == "not_a_video"
    assert broken["failure"]["message"] in page.inner_text("#rows tr.failure")
    for row in report["rows"]:
        if row is not broken:
            assert len(row["answer"]["top"]) == 5
            assert row["answer"]["ms"]["extract"] > 0


def test_an_answer_is_the_one_that_the_clip_gets_alone(evaluated):
    page, report, _ = evaluated
    (row,) = [row for row in report["rows"] if row["clip"] == "hello/one.webm"]
    content = clip("hello").read_bytes()
    assert row["answer"]["sha256"] == hashlib.sha256(content).hexdigest()
    alone = page.evaluate(
        """async (bytes) => {
          const { keypoints } = await cerca.extract(new File([new Uint8Array(bytes)], "alone.webm"));
          return (await cerca.classify(keypoints)).top;
        }""",
        list(content),
    )
    assert row["answer"]["top"] == alone


def test_nothing_leaves_the_origin(evaluated, site):
    _, _, requests = evaluated
    fetched = [request for request in requests if not request.url.startswith(("blob:", "data:"))]
    assert any(request.url.endswith(".task") for request in fetched)
    assert [request.url for request in fetched if not request.url.startswith(site)] == []
    assert [request.url for request in fetched if request.method != "GET"] == []


def test_both_downloads_carry_every_clip(evaluated):
    page, report, _ = evaluated
    with page.expect_download() as json_file:
        page.click("#json")
    saved = json.loads(Path(json_file.value.path()).read_text())
    assert saved["rows"] == report["rows"]
    assert saved["model"]["sha256"] == call(page, "ready")["value"]["sha256"]
    with page.expect_download() as csv_file:
        page.click("#csv")
    lines = {line["clip"]: line for line in csv.DictReader(io.StringIO(Path(csv_file.value.path()).read_text()))}
    assert len(lines) == 5
    assert lines["hello/broken.mp4"]["failure"] == "not_a_video"
    assert lines["hello/one.webm"]["top1"]
    assert float(lines["hello/one.webm"]["extract_ms"]) > 0
    assert "'=dragon/one.webm" in lines, "a spreadsheet must not take a name for a formula"


def test_the_keyboard_reaches_every_control(evaluated):
    page, _, _ = evaluated
    reached = set()
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"folder", "files", "forget", "json", "csv", "frame"} <= reached


@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("en", "dark")])
def test_axe_finds_no_violation_and_a_phone_does_not_scroll_sideways(evaluated, language, scheme):
    page, _, _ = evaluated
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_text(language.upper(), exact=True).click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_language_changes_every_sentence_on_screen(evaluated):
    page, _, _ = evaluated
    page.get_by_text("ES", exact=True).click()
    assert page.title() == "cerca: evaluar una carpeta"
    assert "no se puede leer como video" in page.inner_text("#rows")
    assert "Terminado: 5 videos." in page.inner_text("#status")
    assert page.get_attribute(".pages a >> nth=0", "href").endswith("?lang=es")


@pytest.fixture(scope="module")
def ready_page(site, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}evaluate.html?lang=en&fps=5")
    call(page, "ready")
    yield page
    context.close()


@pytest.mark.parametrize("column", ["label", "gloss"])
def test_a_label_file_wins_over_folder_names(ready_page, folder, column):
    (folder / "manifest.csv").write_text(f"clip,{column}\nhello/one.webm,Thank_You\ngone.webm,no\n")
    report = evaluate(ready_page, folder)["value"]
    rows = {row["clip"]: row for row in report["rows"]}
    assert {name: row["truth"] for name, row in rows.items()} == {"hello/one.webm": "Thank_You", "gone.webm": "no"}
    assert rows["gone.webm"]["failure"]["code"] == "clip_missing"
    assert "Clips that it does not mention, left out: 4." in ready_page.inner_text("#notes")


def test_a_label_file_without_its_columns_is_one_sentence(ready_page, folder):
    (folder / "manifest.csv").write_text("file,sign\nhello/one.webm,hello\n")
    assert evaluate(ready_page, folder)["error"] == {
        "code": "labels_unreadable",
        "message": "manifest.csv needs the columns clip and label (or gloss); it has file, sign.",
    }


def test_a_folder_without_clips_is_one_sentence_on_the_page(ready_page, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no clip")
    ready_page.set_input_files("#folder", tmp_path / "empty")
    ready_page.wait_for_selector("#error:visible")
    assert ready_page.inner_text("#error").startswith("There is no clip in what was chosen")


def test_a_dropped_folder_is_read_whole(ready_page, folder):
    drag = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    session = ready_page.context.new_cdp_session(ready_page)
    for step in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 200, "data": drag})
    finish(ready_page, 5)
    assert ready_page.locator("#rows tr th").all_inner_texts()[0] == "=dragon/one.webm"


def test_a_cancelled_run_goes_on_at_once_or_after_a_reload_and_can_be_forgotten(site, new_page, folder):
    page = new_page(f"{site}evaluate.html?lang=en&fps=5")

    def interrupted() -> int:
        page.locator("#status", has_text="Cancelled after").wait_for()
        return page.locator("#rows tr.answer").count()

    page.set_input_files("#folder", folder)
    page.locator("#rows tr.answer").first.wait_for()
    page.click("#cancel")
    first = interrupted()
    assert 1 <= first < 4
    page.click("#continue")
    page.locator("#rows tr.answer").nth(first).wait_for()
    page.click("#cancel")
    second = interrupted()
    assert first < second < 4
    before = {row["clip"]: row["answer"] for row in page.evaluate("cerca.report()")["rows"] if row["answer"]}

    page.reload()
    page.locator("#status", has_text="The last run stopped after").wait_for()
    assert page.locator("#rows tr.answer").count() == second
    page.set_input_files("#folder", folder)
    finish(page, 5)
    after = {row["clip"]: row["answer"] for row in page.evaluate("cerca.report()")["rows"] if row["answer"]}
    assert len(after) == 4
    assert {name for name, answer in after.items() if answer["kept"]} == set(before)
    assert all(after[name]["ms"] == before[name]["ms"] for name in before)

    page.goto(f"{site}evaluate.html?lang=en&fps=5&model=model.int8.onnx")
    page.locator("#notes", has_text="another model").wait_for()
    other = evaluate(page, folder)["value"]
    assert not any(row["answer"]["kept"] for row in other["rows"] if row["answer"])
    page.click("#forget")
    page.locator("#status", has_text="Nothing is kept any more").wait_for()
    page.reload()
    page.locator("#status", has_text="Ready").wait_for()
    assert page.locator("#rows tr").count() == 0


def test_without_storage_the_run_is_whole_and_says_that_nothing_is_kept(site, browser, folder):
    context = browser.new_context()
    context.add_init_script("indexedDB.open = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page = context.new_page()
    page.goto(f"{site}evaluate.html?lang=en&fps=5")
    page.set_input_files("#folder", folder)
    finish(page, 5)
    assert "This browser keeps no results" in page.inner_text("#notes")
    context.close()
