"""What the verdict says of networks, loads and money, and that it names what was not measured."""

from dataclasses import replace

import pytest

from analysis.compare import compare, load
from analysis.records import EndRecord
from analysis.statistics import Estimate
from analysis.verdict import verdict
from analysis.wording import LANGUAGES, Words
from tests.analysis.synthetic_run import START, load_records, run_record, synthetic_run, whole_run, write_run


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return compare(load(write_run(tmp_path_factory.mktemp("run"), whole_run())))


def said(comparison, language: str = "en") -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for finding in verdict(comparison, Words(language)).findings:
        texts.setdefault(finding.lead, []).append(finding.text)
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_about_speed_load_and_the_clouds_cost_has_an_interval(comparison, language):
    words = Words(language)
    interval = words("interval", low="|", high="|").split("|")[0]
    for lead in ("network", "load", "cost", "cost_flip", "whom"):
        for text in said(comparison, language)[words(f"verdict_lead.{lead}")]:
            assert interval in text, text


@pytest.mark.parametrize("faster", ["edge", "cloud", "depends", "cannot_tell"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_network_decides_as_the_crossing_does(comparison, faster, language):
    changed = replace(comparison, crossing=replace(comparison.crossing, faster=faster))
    opening = Words(language).strings["verdict"][f"network_{faster}"].split("{")[0]
    assert any(text.startswith(opening) for texts in said(changed, language).values() for text in texts)


def test_the_cloud_is_for_whom_it_is_faster_over_every_network(comparison):
    cloud = replace(comparison, crossing=replace(comparison.crossing, faster="cloud"))
    words = Words("en")
    assert said(cloud)[words("verdict_lead.whom")] == [words("verdict.whom_cloud")]


def test_nobody_is_advised_without_an_interval(comparison):
    rows = [replace(row, ratio=Estimate(row.ratio.value, None)) for row in comparison.speedups]
    assert Words("en")("verdict_lead.whom") not in said(replace(comparison, speedups=rows))


def test_a_knee_beyond_the_load_is_no_knee_found(comparison):
    (row,) = comparison.load
    beyond = replace(comparison, load=[replace(row, knee=replace(row.knee, high_stage=None))])
    assert any("lies beyond" in text for text in said(beyond)["Under load"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_measured_is_named(tmp_path, language):
    bare = compare(load(write_run(tmp_path, synthetic_run(clips=6, rounds=2, cold=0))))
    words = Words(language)
    named = said(bare, language)[words("verdict_lead.not_measured")]
    for key in ("not_measured", "network_missing", "load_missing", "cost_missing", "not_measured_local"):
        assert words(f"verdict.{key}") in named


def test_a_whole_run_lacks_only_what_no_run_here_can_measure(comparison):
    words = Words("en")
    assert said(comparison)["Not measured"] == [
        words("verdict.not_measured_loopback"),
        words("verdict.not_measured_local"),
    ]


def test_without_a_crossing_each_network_says_its_own_ratio(comparison):
    texts = said(replace(comparison, crossing=None))
    assert len(texts["When it flips: network"]) == len(comparison.networks)
    assert Words("en")("verdict.network_few") in texts["Not measured"]


def test_a_run_that_only_loaded_says_what_it_kept_up_with(tmp_path):
    end = EndRecord(t=START + 60, completed=True, seconds=60)
    loaded = compare(load(write_run(tmp_path, [run_record(1), *load_records(), end])))
    words = Words("en")
    assert verdict(loaded, words).headline == words("verdict.load_only_knee", load="gateway", rate="100")
    (row,) = loaded.load
    kneeless = replace(loaded, load=[replace(row, knee=None)])
    assert verdict(kneeless, words).headline == words("verdict.load_only")
