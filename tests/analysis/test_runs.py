"""Several runs side by side: what is marked, what is not, and what cannot be told."""

import json
from itertools import pairwise

import numpy as np
import pytest
from pydantic import TypeAdapter

from analysis.compare import load
from analysis.errors import AnalysisError, RecordError
from analysis.permutation import holm, permutation_p
from analysis.records import EndRecord, RunRecord
from analysis.runs import RunsComparison, compare_runs, write_runs_report
from analysis.statistics import Samples
from tests.analysis.synthetic_run import Clock, clip_names, load_records, run_record, synthetic_run, write_run


def run_of(folder, seed: int, slower: float = 1.0, clips: int = 12, rounds: int = 6, steps=("classify",)):
    """Warm trials whose clips have the same paces in every run, as the same clips do; `slower` slows the cloud."""
    random = np.random.default_rng(seed)
    paces = np.random.default_rng(1).lognormal(0, 0.4, clips)
    records = [run_record(clips)]
    for round in range(rounds):
        for (clip, _), pace in zip(clip_names(clips), paces, strict=True):
            clock = Clock(f"warm-{round}-{clip}", clip, round, "warm")
            if "classify" in steps:
                records.append(clock.step("edge", "classify", float(2 * pace * random.lognormal(0, 0.1))))
            records.append(clock.step("cloud", "encode", 0.1, wire="npy"))
            cloud = float(10 * slower * pace * random.lognormal(0, 0.1))
            records.append(clock.step("cloud", "round_trip", cloud, wire="npy"))
            records.append(clock.step("cloud", "parse", 0.1, wire="npy"))
    return write_run(folder, [*records, EndRecord(t=0, completed=True, seconds=1)])


def marks(comparison: RunsComparison) -> dict[str, list[str]]:
    return {row.metric: [cell.mark for cell in row.runs] for row in comparison.metrics}


@pytest.fixture
def compared(tmp_path):
    def of(*settings: dict):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        logs = [load(run_of(folder / str(index), index, **each)) for index, each in enumerate(settings)]
        return compare_runs(logs)

    return of


def test_a_slower_cloud_is_a_regression_and_a_quicker_one_an_improvement(compared):
    comparison = compared({}, {"slower": 1.3}, {"slower": 0.7})
    assert marks(comparison) == {
        "warm.edge": ["reference", "no_difference", "no_difference"],
        "warm.cloud.npy": ["reference", "regression", "improvement"],
        "warm.ratio.npy": ["reference", "differs", "differs"],
    }
    assert (comparison.regressions, comparison.improvements) == (1, 1)
    cloud = next(row for row in comparison.metrics if row.metric == "warm.cloud.npy").runs[1]
    assert cloud.ratio.interval.contains(1.3)
    assert cloud.common_clips == 12
    assert 0 < cloud.p <= cloud.p_holm < 0.05


def test_equal_runs_are_marked_in_at_most_one_of_twenty_comparisons(tmp_path):
    logs = [load(run_of(tmp_path / str(seed), seed)) for seed in range(8)]
    found = [compare_runs([first, second]) for first, second in pairwise(logs)]
    assert sum(comparison.regressions + comparison.improvements for comparison in found) <= 1


def test_a_difference_below_the_margin_is_not_marked_however_sure(tmp_path):
    logs = [load(run_of(tmp_path / str(each), each, 1 + 0.045 * each, rounds=40)) for each in (0, 1)]
    assert marks(compare_runs(logs, margin=0.05))["warm.cloud.npy"][1] == "no_difference"
    assert marks(compare_runs(logs, margin=0.0))["warm.cloud.npy"][1] == "regression"


def test_what_only_one_run_measured_is_not_compared(compared):
    comparison = compared({}, {"steps": ()})
    assert marks(comparison)["warm.edge"] == ["reference", "missing"]
    backwards = compared({"steps": ()}, {})
    assert marks(backwards)["warm.edge"] == ["missing", "cannot_tell"]


def test_one_sample_each_cannot_tell(compared):
    comparison = compared({"clips": 1, "rounds": 1}, {"clips": 1, "rounds": 1, "slower": 5})
    assert marks(comparison)["warm.cloud.npy"] == ["reference", "cannot_tell"]
    assert comparison.metrics[1].runs[1].ratio.interval is None


def test_runs_without_a_common_clip_cannot_tell(tmp_path):
    path = run_of(tmp_path / "a", 1)
    other = run_of(tmp_path / "b", 2)
    other.write_text(other.read_text().replace("webm", "mp4"))
    comparison = compare_runs([load(path), load(other)])
    assert {mark for row in marks(comparison).values() for mark in row} == {"reference", "cannot_tell"}
    assert comparison.metrics[0].runs[1].common_clips == 0


def test_what_differs_besides_is_listed(tmp_path):
    first, second = (load(run_of(tmp_path / str(each), each)) for each in (0, 1))
    environment = second.run.environment.model_copy(update={"cores": 8, "load_average": (9.0, 9.0, 9.0)})
    second.run = RunRecord(**(second.run.model_dump(exclude={"schema_version"}) | {"environment": environment}))
    differences = {row.what: row.values for row in compare_runs([first, second]).differences}
    assert differences == {"environment.cores": ["2", "8"]}


def test_the_page_and_the_json_say_the_same_in_both_languages(tmp_path):
    records = synthetic_run(clips=6, rounds=2, cold=2)
    for name in "ab":
        write_run(tmp_path / name, [*records[:-1], *load_records((20, 50)), records[-1]])
    comparison = write_runs_report([tmp_path / "a", tmp_path / "b"], tmp_path / "new" / "out", "es")
    content = (tmp_path / "new" / "out" / "comparison.json").read_bytes()
    assert TypeAdapter(RunsComparison).validate_json(content) == comparison
    assert json.loads(content)["schema_version"] == 1
    page = (tmp_path / "new" / "out" / "index.html").read_text()
    for text in ("No difference from the first run is shown.", "No se muestra ninguna diferencia", "warm.cloud.npy"):
        assert text in page
    assert "<script" not in page and 'src="' not in page
    for row in comparison.metrics:
        assert f"<code>{row.metric}</code>" in page


def test_bad_input_is_one_sentence(tmp_path):
    path = run_of(tmp_path / "a", 1).parent
    with pytest.raises(AnalysisError, match="cannot be compared with itself"):
        write_runs_report([path, path], tmp_path / "out")
    with pytest.raises(RecordError, match="give the folder of a run"):
        write_runs_report([path, tmp_path / "nowhere"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_permutation_test_keeps_its_level_and_sees_a_shift():
    generator = np.random.default_rng(3)
    clips = np.repeat(np.arange(6), 5)

    def p(shift: float) -> float:
        pace = generator.lognormal(0, 1, 6)[clips]
        ours, theirs = pace * generator.lognormal(0, 0.1, 30), pace * generator.lognormal(shift, 0.1, 30)
        return permutation_p(Samples(ours, clips), Samples(theirs, clips))

    assert np.mean([p(0.0) < 0.05 for _ in range(60)]) <= 0.12
    assert np.mean([p(0.15) < 0.05 for _ in range(10)]) >= 0.9


def test_the_permutation_test_agrees_with_the_exact_one():
    """All 20 ways to split 6 values: {4, 5, 6} against {1, 2, 3} is one of the 2 most extreme."""
    p = permutation_p(Samples(np.array([1.0, 2, 3])), Samples(np.array([4.0, 5, 6])))
    assert p == pytest.approx(0.1, abs=0.02)
    assert permutation_p(Samples(np.ones(1)), Samples(np.ones(1))) is None
    assert permutation_p(Samples(np.ones(9)), Samples(np.ones(9))) == 1.0


def test_holm_adjusts_as_published():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_ramps_that_differ_are_compared_where_they_asked_for_the_same(tmp_path):
    ramps = ((20, 50, 100), (50, 100, 200))
    logs = [
        load(write_run(tmp_path / str(index), [run_record(3), *load_records(rates)]))
        for index, rates in enumerate(ramps)
    ]
    compared = {row.metric: [cell.ms is not None for cell in row.runs] for row in compare_runs(logs).metrics}
    both = {name for name, there in compared.items() if all(there)}
    assert both == {"load.gateway@50/s", "load.gateway@100/s"}
