"""The page of a study: complete, in both languages, readable everywhere; docs/study.md names every field."""

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from recognizer.study import report, summary
from recognizer.study.plan import FLOAT, SMALLER, WITHOUT
from recognizer.study.report.page import render
from recognizer.study.report.words import LANGUAGES, Words, duration, points
from recognizer.study.summarise import summarise
from tests.generated_pages import axe_violations
from tests.recognizer.study import made_up
from tests.recognizer.study.made_up import LABELS, small_plan

ROOT = Path(__file__).parents[3]
TABLES = ("3.1", "3.2", "4.1", "4.2", "4.3", "4.4")
FIGURES = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6")


def study(folds=("session",), runs=None, **more):
    runs = runs or small_plan(folds)
    results = {run.id: made_up.result(run, 25 + i % 8) for i, run in enumerate(runs)}
    times = {
        (run.id, f"model{kind}.onnx"): {"native": [1.0, 2.0], "wasm": [3.0]} for run in runs for kind in ("", ".int8")
    }
    session = summary.Session(1_700_000_000, 120.0, len(runs), 2, "local", 900_000_000)
    return summarise(runs, results, {}, data="toy", labels=LABELS, times=times, sessions=[session], **more)


def test_the_page_has_the_thesis_s_tables_and_figures_in_both_languages():
    page = render(study(), "en")
    for table, figure in (("Table", "Figure"), ("Tabla", "Figura")):
        for number in TABLES:
            assert f"{table} {number}." in page
        for number in FIGURES:
            assert f"{figure} {number}." in page


def test_labels_and_names_of_data_are_text_and_never_markup():
    found = study()
    page = render(summary.Study(**vars(found) | {"data": "<script>alert(1)</script>"}), "en")
    assert "<script" not in page and "<b>wave" not in page and page.count(r"&lt;b&gt;wave &amp; $\frac$") >= 6


def test_the_page_loads_nothing():
    page = render(study(), "en")
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["'](?!#)""", page)


def test_failures_and_gaps_are_said_and_not_left_out():
    runs = small_plan()
    results = {run.id: made_up.result(run) for run in runs if run.part == "variants" and run.recipe == "cerca"}
    failed = {"published-1C-128FF": "it broke."}
    found = summarise(runs, results, failed, data="toy", labels=LABELS, times={}, not_measured=["No Node.js."])
    page = render(found, "en")
    assert "published-1C-128FF failed" in page and "it broke." in page and "No Node.js." in page
    assert "Only one recipe was trained" in page and "not measured here" in page


def test_a_study_by_signer_shows_each_of_them():
    page = render(study(["S1", "S2"]), "en")
    assert "signer by signer" in page and ">S1<" in page and ">S2<" in page


def test_both_languages_say_the_same_things():
    def keys(value, path=""):
        if isinstance(value, dict):
            return {found for name, each in value.items() for found in keys(each, f"{path}.{name}")}
        if isinstance(value, list):
            return {(path, len(value))}
        return {(path, *sorted(re.findall(r"{(\w+)}", value)))}

    english, spanish = (keys(Words(language).strings) for language in LANGUAGES)
    assert english == spanish


def test_every_part_of_the_recipe_and_every_file_has_a_name_in_both_languages():
    for language in LANGUAGES:
        assert set(Words(language).strings["without"]) == set(WITHOUT)
        assert set(Words(language).strings["file"]) == {FLOAT, *SMALLER}


def test_the_same_study_gives_the_same_page(tmp_path):
    for name in ("first", "second"):
        report.write(study(), tmp_path / name, "es")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_numbers_are_written_for_people():
    assert points(-0.0123) == "\N{MINUS SIGN}1.2" and points(0.5) == "+50.0"
    assert duration(12.34) == "12.3\N{NO-BREAK SPACE}s" and duration(600) == "10.0\N{NO-BREAK SPACE}min"


def test_every_field_of_study_json_is_documented_and_nothing_else():
    text = (ROOT / "docs" / "study.md").read_text()
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    documented = {each.split("\n", 1)[0]: set(re.findall(r"^\| `(\w+)` \|", each, re.MULTILINE)) for each in sections}
    classes = [each for each in vars(summary).values() if isinstance(each, type) and is_dataclass(each)]
    assert documented == {each.__name__: {field.name for field in fields(each)} for each in classes}


def test_study_json_is_plain_json():
    found = study()
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["rows"][0]["name"] == found.rows[0].name


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("study") / "index.html"
    report.write(study(["S1", "S2"]), path, "en")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_violation(browser, address, language, scheme):
    assert axe_violations(browser, address, language, scheme) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    for language in LANGUAGES:
        page.click(f"label[for=show-{language}]")
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
