"""The page of several runs as a reader sees it; the strings it is made of."""

import pytest

from analysis.runs import write_runs_report
from analysis.runs.page import STRINGS
from analysis.wording import LANGUAGES, load_strings
from tests.analysis.synthetic_run import synthetic_run, write_run
from tests.analysis.test_wording import fields, leaves
from tests.generated_pages import axe_violations


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("runs")
    for name, seed in (("a", 7), ("b", 8), ("c", 9)):
        write_run(folder / name, synthetic_run(clips=6, rounds=2, cold=6, seed=seed)[: -1 if name == "b" else None])
    write_runs_report([folder / name for name in "abc"], folder / "out")
    return (folder / "out" / "index.html").as_uri()


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("es", "light")])
def test_axe_finds_no_violation(browser, address, language, scheme):
    assert axe_violations(browser, address, language, scheme) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways_and_loads_nothing(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    for language in LANGUAGES:
        page.check(f"#show-{language}", force=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
    assert requests == [address]


def test_both_languages_hold_the_same_strings_with_the_same_values():
    english, spanish = (dict(leaves(load_strings(language, STRINGS))) for language in LANGUAGES)
    assert english.keys() == spanish.keys()
    for key in english:
        assert fields(english[key]) == fields(spanish[key]), key
