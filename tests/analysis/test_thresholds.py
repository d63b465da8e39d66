"""Limits for CI: missed only by a whole interval."""

from pathlib import Path

import pytest

from analysis.compare import load
from analysis.errors import AnalysisError
from analysis.metrics import sampled_metrics, shares
from analysis.thresholds import Threshold, judge, read_thresholds
from tests.analysis.synthetic_run import load_records, network_records, synthetic_run, write_run


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    records = synthetic_run(clips=12, rounds=6, cold=6)
    return load(write_run(tmp_path_factory.mktemp("run"), [*records, *load_records((20, 200)), *network_records()]))


@pytest.mark.parametrize(
    ("threshold", "outcome", "says"),
    [
        ({"metric": "warm.edge", "at_most": 50}, "met", "the limit is at most 50.0"),
        ({"metric": "warm.edge", "at_most": 0.1}, "missed", "95 % interval"),
        ({"metric": "warm.edge", "at_least": 50}, "missed", "at least"),
        ({"metric": "warm.edge", "statistic": "p90", "at_most": 50}, "met", "p90"),
        ({"metric": "warm.edge", "statistic": "p99", "at_most": 50}, "cannot tell", "72 samples are too few"),
        ({"metric": "warm.ratio.npy", "at_least": 1}, "met", "the limit is at least 1"),
        ({"metric": "cold.first_visit", "at_most": 9000}, "met", "cold.first_visit"),
        ({"metric": "accuracy.edge.top1", "at_least": 0.01}, "met", "1.00"),
        ({"metric": "accuracy.edge.top1", "at_least": 0.9}, "cannot tell", "90.0"),
        ({"metric": "load.gateway@20/s", "at_most": 100}, "met", "load.gateway@20/s"),
        ({"metric": "load.gateway@200/s.failed", "at_most": 0.01}, "missed", "10.0"),
        ({"metric": "network.4g.cloud.npy", "at_most": 400}, "met", "network.4g"),
        ({"metric": "warm.clod.npy", "at_most": 1}, "missed", "did not measure it; it has warm.cloud.npy"),
    ],
)
def test_a_limit_is_met_missed_or_beyond_telling(log, threshold, outcome, says):
    (judged,) = judge(log, [Threshold(**threshold)])
    assert judged.outcome == outcome
    assert says in judged.sentence
    assert judged.sentence.startswith(threshold["metric"])


def test_an_interval_that_straddles_the_limit_cannot_tell(log):
    median = float(sorted(sampled_metrics(log)["warm.edge"].values)[36])
    (judged,) = judge(log, [Threshold(metric="warm.edge", at_most=median)])
    assert judged.outcome == "cannot tell"


def test_one_sample_cannot_tell(tmp_path):
    one = load(write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=1)))
    (judged,) = judge(one, [Threshold(metric="warm.edge", at_most=0.001)])
    assert judged.outcome == "cannot tell"
    assert "without an interval" in judged.sentence


def test_every_figure_has_one_name(log):
    assert not set(sampled_metrics(log)) & set(shares(log))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[threshold]\n", "is no TOML"),
        ("", "threshold: Field required"),
        ("[[threshold]]\nmetric = 'warm.edge'\n", "give either at_most or at_least"),
        ("[[threshold]]\nmetric = 'a'\nat_most = 1\nat_least = 1\n", "give either"),
        ("[[threshold]]\nmetric = 'a'\nat_most = 'five'\n", "threshold.0.at_most"),
        ("[[threshold]]\nmetric = 'a'\nat_most = 1\nstatistic = 'mean'\n", "threshold.0.statistic"),
        ("[[limit]]\n", "threshold: Field required"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path, text, says):
    path = tmp_path / "limits.toml"
    path.write_text(text)
    with pytest.raises(AnalysisError) as error:
        read_thresholds(path)
    assert str(path) in str(error.value) and says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(AnalysisError, match="give a file of thresholds"):
        read_thresholds(tmp_path / "limits.toml")


def test_the_documented_example_is_a_file_of_limits_for_figures_that_exist(log, tmp_path):
    docs = (Path(__file__).parents[2] / "docs" / "report.md").read_text()
    path = tmp_path / "limits.toml"
    path.write_text(docs.split("```toml\n", 1)[1].split("```", 1)[0])
    judged = judge(log, read_thresholds(path))
    assert len(judged) == 3
    assert not any("did not measure" in each.sentence for each in judged)
