"""The page of several runs as a reader sees it; the strings it is made of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from analysis.runs import write_runs_report
from analysis.runs.page import STRINGS
from analysis.wording import LANGUAGES, load_strings
from loadtests.chromium import arguments, find_chromium
from loadtests.errors import ChromiumMissing
from tests.analysis.synthetic_run import synthetic_run, write_run
from tests.analysis.test_wording import fields, leaves

AXE = Path(__file__).parents[2] / "edge_site" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        program = find_chromium()
    except ChromiumMissing as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments())
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("runs")
    for name, seed in (("a", 7), ("b", 8), ("c", 9)):
        write_run(folder / name, synthetic_run(clips=6, rounds=2, cold=6, seed=seed)[: -1 if name == "b" else None])
    write_runs_report([folder / name for name in "abc"], folder / "out")
    return (folder / "out" / "index.html").as_uri()


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("es", "light")])
def test_axe_finds_no_violation(browser, address, language, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make site` installs it.")
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    page.goto(address)
    page.check(f"#show-{language}", force=True)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    page.close()
    assert [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found] == []


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
