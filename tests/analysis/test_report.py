"""The report: complete, self-contained, honest about what is missing."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from pydantic import TypeAdapter

from analysis import write_report
from analysis.compare import Comparison, compare, load
from analysis.compare.comparison import SCHEMA_VERSION
from analysis.errors import AnalysisError, RecordError
from analysis.records import EndRecord, Environment, FailureRecord
from analysis.statistics import Estimate, Interval
from analysis.verdict import verdict
from analysis.wording import LANGUAGES, Words
from tests.analysis.synthetic_run import START, Clock, run_record, synthetic_run, whole_run, write_run

HOSTILE = "<script>alert('x')</script>&.webm"


class Page(HTMLParser):
    """Tags, ids and references of a page, and its text by language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.references, self.text = set(), [], [], {"en": "", "es": ""}
        self._language = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "srcset", "action", "data", "xlink:href", "background", "poster"):
                self.references.append(value)
            if name.startswith("on"):
                self.references.append(f"handler {name}")
        if tag == "article":
            self._language = dict(attributes)["lang"]

    def handle_data(self, data):
        if self._language:
            self.text[self._language] += data


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    records = whole_run(clips=7, rounds=2, cold=2)
    hostile = FailureRecord(t=START, trial="t", clip=HOSTILE, path="edge", code="page_lost", message=f"{HOSTILE} lost.")
    write_run(folder, [*records[:-1], hostile, records[-1]])
    comparison = write_report(folder)
    return folder, comparison, (folder / "index.html").read_text()


def page_of(tmp_path, records) -> Page:
    write_run(tmp_path, records)
    write_report(tmp_path)
    return Page((tmp_path / "index.html").read_text())


def test_the_page_has_no_script_and_no_outside_reference(run):
    *_, html = run
    page = Page(html)
    assert not page.tags & {"script", "iframe", "object", "embed", "link", "img", "form", "base"}
    assert all(reference.startswith("#") for reference in page.references), page.references
    assert re.findall(r"url\((?!#)", html) == []
    assert "@import" not in html
    assert "http:" not in html and "https:" not in html


def test_a_hostile_name_stays_text(run):
    *_, html = run
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_no_id_stands_twice_and_every_inner_reference_has_its_target(run):
    *_, html = run
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    targets = {reference[1:] for reference in page.references} | set(re.findall(r"url\(#([^)]+)\)", html))
    assert targets <= set(page.ids)


def test_figures_follow_the_pages_colours(run):
    *_, html = run
    svgs = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(svgs) == 10 * len(LANGUAGES) * 2
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    for svg in svgs:
        assert "currentColor" in svg
        assert re.findall(r"#[0-9a-f]{6}", svg) == []
        assert re.search(r"<title id=", svg) and re.search(r"<desc id=", svg)
        for role in re.findall(r"var\((--[a-z-]+)\)", svg):
            assert css.count(f"{role}:") >= 2, f"{role} needs a light and a dark colour"


def test_both_languages_are_in_the_page(run):
    *_, html = run
    page = Page(html)
    for language in LANGUAGES:
        for title in Words(language).strings["section"].values():
            assert title in page.text[language]


def test_the_page_opens_in_the_language_asked_for(run):
    folder, *_ = run
    write_report(folder, "es")
    html = (folder / "index.html").read_text()
    assert '<html lang="es">' in html
    assert re.search(r'id="show-es"[^>]* checked', html)
    assert not re.search(r'id="show-en"[^>]* checked', html)


def test_report_json_is_the_comparison(run):
    folder, comparison, _ = run
    content = (folder / "report.json").read_bytes()
    assert TypeAdapter(Comparison).validate_json(content) == comparison
    assert json.loads(content)["schema_version"] == SCHEMA_VERSION


def test_the_same_samples_give_the_same_report(run):
    folder, *_ = run
    write_report(folder)
    first = [(folder / name).read_bytes() for name in ("report.json", "index.html")]
    write_report(folder)
    assert [(folder / name).read_bytes() for name in ("report.json", "index.html")] == first


def test_a_run_cut_short_says_so_on_top(tmp_path):
    records = synthetic_run(clips=6, rounds=2, cold=0)
    page = page_of(tmp_path, [*records[:-1], EndRecord(t=START, completed=False, seconds=3)])
    for language in LANGUAGES:
        assert Words(language)("banner.cut_short") in page.text[language]


def test_a_whole_run_has_no_such_banner(run):
    *_, html = run
    assert Words("en")("banner.cut_short") not in Page(html).text["en"]


def test_a_run_in_which_nothing_worked_says_so_in_every_section(tmp_path):
    failure = FailureRecord(t=START, trial="t", clip=HOSTILE, path="shared", code="no_person", message="No person.")
    page = page_of(tmp_path, [run_record(1), failure, EndRecord(t=START, completed=True, seconds=1)])
    for language in LANGUAGES:
        words = Words(language)
        assert words("verdict.nothing") in page.text[language]
        for section in ("time", "alone", "spread", "cold", "answers", "logits", "instrument", "traffic"):
            assert words(f"empty.{section}") in page.text[language], section
        assert "No person." in page.text[language]
    assert "svg" not in page.tags


@pytest.mark.parametrize(("missing", "key"), [("cloud", "edge_only"), ("edge", "cloud_only")])
def test_one_path_alone_is_reported_as_such(tmp_path, missing, key):
    whole = synthetic_run(clips=6, rounds=1, cold=0)
    page = page_of(tmp_path, [record for record in whole if getattr(record, "path", None) != missing])
    for language in LANGUAGES:
        assert Words(language)(f"verdict.{key}") in page.text[language]
        assert Words(language)("empty.alone") in page.text[language]


def test_missing_server_timings_are_told(tmp_path):
    records = [
        record for record in synthetic_run(clips=6, rounds=2, cold=0) if getattr(record, "clock", None) != "server"
    ]
    page = page_of(tmp_path, records)
    words = Words("en")
    assert words("empty.server_timings", path=words.path("cloud", "npy")) in page.text["en"]


def test_rendered_clips_are_told_from_real_ones(tmp_path, run):
    *_, html = run
    assert "8 of 8 clips are rendered figures" in Page(html).text["en"]
    others = [run_record(6, source="own"), *synthetic_run(clips=6, rounds=2, cold=0)[1:]]
    assert "rendered figures" not in page_of(tmp_path, others).text["en"]


def test_few_clips_and_a_busy_machine_are_told(tmp_path):
    first, *rest = synthetic_run(clips=2, rounds=4, cold=0)
    busy = first.model_copy(update={"environment": Environment(cores=2, load_average=(6.5, 3, 1))})
    page = page_of(tmp_path, [busy, *rest])
    assert Words("en")("notice.few_clips", n=2) in page.text["en"]
    assert Words("es")("notice.busy_machine", load=6.5, cores=2) in page.text["es"]


def test_many_clips_on_a_quiet_machine_need_no_such_notice(run):
    _, comparison, _ = run
    assert [notice.code for notice in comparison.notices] == ["rendered_clips"]


def test_what_a_first_visit_loads_stands_in_its_own_table(run):
    *_, html = run
    text = Page(html).text["en"]
    assert "563 kB".replace(" ", "\N{NO-BREAK SPACE}") in text
    assert "first_visit_assets" not in text


def test_a_single_run_shows_no_interval(tmp_path):
    page = page_of(tmp_path, synthetic_run(clips=1, rounds=1, cold=1))
    assert "there are too few runs to say more" in page.text["en"]


def with_ratio(comparison: Comparison, low: float, value: float, high: float) -> Comparison:
    rows = [
        replace(row, ratio=Estimate(value, Interval(low, high, "clips"))) if row.scope == "inference" else row
        for row in comparison.speedups
    ]
    return replace(comparison, speedups=rows)


@pytest.mark.parametrize(
    ("interval", "key"),
    [
        ((1.8, 2.0, 2.2), "edge_faster"),
        ((0.4, 0.5, 0.6), "cloud_faster"),
        ((0.9, 1.2, 1.5), "no_difference"),
        ((0.5, 0.9, 1.0), "no_difference"),
    ],
)
def test_the_headline_follows_the_interval_not_the_point(run, interval, key):
    _, comparison, _ = run
    for language in LANGUAGES:
        words = Words(language)
        said = verdict(with_ratio(comparison, *interval), words).headline
        assert said == words(f"verdict.{key}", ratio="2.00")


def with_difference(comparison: Comparison, low: float, value: float, high: float) -> Comparison:
    rows = [replace(row, difference_ms=Estimate(value, Interval(low, high, "clips"))) for row in comparison.speedups]
    return replace(comparison, speedups=rows)


@pytest.mark.parametrize(
    ("interval", "says"),
    [
        ((1.0, 2.0, 3.0), "A person would not notice"),
        ((-1.0, 2.0, 3.0), "No difference was shown"),
        ((800.0, 900.0, 950.0), "900\N{NO-BREAK SPACE}ms more"),
        ((-950.0, -900.0, -800.0), "900\N{NO-BREAK SPACE}ms less"),
    ],
)
def test_what_is_said_of_the_whole_video_follows_the_interval_of_the_difference(run, interval, says):
    _, comparison, _ = run
    texts = [finding.text for finding in verdict(with_difference(comparison, *interval), Words("en")).findings]
    assert any(says in text for text in texts)


@pytest.mark.parametrize(
    ("kept", "key"),
    [(("first_visit",), "cold_edge"), (("round_trip_all_cold",), "cold_cloud"), ((), "cold_missing")],
)
def test_a_cold_start_that_was_not_measured_is_named(run, kept, key):
    _, comparison, _ = run
    partly = replace(comparison, cold=[row for row in comparison.cold if row.what in kept])
    for language in LANGUAGES:
        words = Words(language)
        not_measured = words.strings["verdict"][key].split(". ")[-1]
        assert any(finding.text.endswith(not_measured) for finding in verdict(partly, words).findings)


def test_two_different_model_files_are_no_fair_comparison(run):
    _, comparison, _ = run
    unlike = replace(comparison, model=replace(comparison.model, same_everywhere=False))
    assert Words("en")("verdict.other_file") in [item.text for item in verdict(unlike, Words("en")).findings]


def test_what_went_wrong_with_the_file_is_told(tmp_path):
    records = synthetic_run(clips=6, rounds=2, cold=0)
    started = Clock("warm-1-hello/hello_10_A.webm", "hello/hello_10_A.webm", 1, "cold")
    twice = Clock("warm-0-hello/hello_10_A.webm", "hello/hello_10_A.webm", 0, "warm")
    extra = [started.step("cloud", "lambda_init", 200.0, wire="npy"), twice.step("edge", "classify", 9.0)]
    path = write_run(tmp_path, [*records[:-1], *extra, records[-1]])
    path.write_bytes(path.read_bytes()[:-9])
    write_report(tmp_path)
    page = Page((tmp_path / "index.html").read_text())
    for language in LANGUAGES:
        words = Words(language)
        assert words("notice.cold_start_in_warm_trial", n=1) in page.text[language]
        assert words("notice.repeated_step", n=1) in page.text[language]
        assert words("notice.last_record_cut_off") in page.text[language]
        assert words("banner.cut_short") in page.text[language]


def test_the_cloud_path_is_always_said_to_lack_a_network(run):
    _, comparison, _ = run
    words = Words("en")
    for key, networks in (("not_measured_loopback", comparison.networks), ("not_measured", [])):
        texts = [item.text for item in verdict(replace(comparison, networks=networks), words).findings]
        assert words(f"verdict.{key}") in texts


def test_a_slower_browser_gets_a_break_even_network(run):
    _, comparison, _ = run
    slower = with_ratio(comparison, 0.4, 0.5, 0.6)
    leads = [finding.lead for finding in verdict(slower, Words("en")).findings]
    assert "Break-even" in leads


def test_a_report_that_fails_leaves_the_old_one_and_no_half_file(tmp_path, monkeypatch):
    write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    write_report(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_report(tmp_path, "es")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unknown_language_is_one_sentence(tmp_path):
    with pytest.raises(AnalysisError, match="choose one of en, es"):
        write_report(tmp_path, "qu")


def test_a_folder_without_samples_is_one_sentence(tmp_path):
    with pytest.raises(RecordError, match="give the folder of a run"):
        write_report(tmp_path)


def test_a_zero_time_does_not_break_the_page(tmp_path):
    clock = Clock("warm-0-a", "a", 0, "warm")
    steps = [
        *(clock.step("shared", step, 0.0) for step in ("extract", "decode", "landmarks")),
        *(clock.step("edge", step, 0.0) for step in ("classify", "inference")),
        *(clock.step("cloud", step, 0.0, wire="npy") for step in ("encode", "round_trip", "parse")),
    ]
    write_run(tmp_path, [run_record(1), *steps])
    assert compare(load(tmp_path / "samples.jsonl")).speedups[0].ratio is None
    write_report(tmp_path)
