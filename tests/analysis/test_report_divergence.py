"""The page shows what `cerca divergence` found, as that writes it."""

import json

import pytest

from analysis import write_report
from analysis.errors import AnalysisError
from analysis.report.divergence import read_divergence
from analysis.wording import Words
from loadtests.extraction.divergence.answers import Answers
from loadtests.extraction.divergence.divergence import Divergence
from loadtests.extraction.divergence.gaps import PartGap
from loadtests.extraction.divergence.hands import HandAgreement
from tests.analysis.synthetic_run import synthetic_run, write_run


@pytest.fixture
def gap(tmp_path):
    """A folder with the JSON of a real `Divergence`, whose numbers are made up."""
    found = Divergence(
        names=("browser", "python"),
        identities=({}, {}),
        model={},
        pairs=[],
        refused=[],
        parts=[_part()],
        hands=[HandAgreement("left_hand", 288, 3, 4, 576)],
        answers=Answers((), 17, 0.1, 0.2, "a", None, None),
        worst=[],
    )
    folder = tmp_path / "gap"
    folder.mkdir()
    (folder / "divergence.json").write_text(json.dumps(found.as_json()))
    return folder


def _part() -> PartGap:
    from dataclasses import fields

    from analysis.statistics import Estimate, Interval

    known = {
        "part": "arms",
        "frames": 864,
        "clips": 18,
        "median_px": 4.94,
        "p90_px": 13.4,
        "median_shoulders": 0.02,
        "clip_median_px": Estimate(4.5, Interval(3.9, 5.1, "clips")),
    }
    return PartGap(**{each.name: known.get(each.name, 0) for each in fields(PartGap)})


def test_the_page_shows_the_gap_and_the_report_json_does_not_change(tmp_path, gap):
    run = tmp_path / "run"
    write_run(run, synthetic_run(clips=2, rounds=1, cold=0))
    write_report(run)
    before = (run / "report.json").read_bytes()
    words = Words("es")
    assert words("empty.divergence", command="").strip() in (run / "index.html").read_text()
    write_report(run, divergence=gap)
    html = (run / "index.html").read_text()
    assert words("body.arms") in html and "4.94" in html and "288" in html
    assert (run / "report.json").read_bytes() == before


@pytest.mark.parametrize("content", [None, "{", '{"engines": []}'])
def test_a_folder_of_something_else_is_one_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "divergence.json").write_text(content)
    with pytest.raises(AnalysisError, match=r"divergence\.json") as error:
        read_divergence(tmp_path)
    assert "\n" not in str(error.value)
