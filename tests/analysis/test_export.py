"""CSV and Parquet hold what the records hold."""

import csv
import json
import sys

import pytest

from analysis import read_records
from analysis.compare import compare, load
from analysis.errors import AnalysisError
from analysis.export import export
from tests.analysis.synthetic_run import load_records, synthetic_run, write_run


@pytest.fixture
def run(tmp_path):
    records = synthetic_run(clips=3, rounds=2, cold=1)
    write_run(tmp_path, [*records[:-1], *load_records((20,), seconds=2), records[-1]])
    return tmp_path, compare(load(tmp_path / "samples.jsonl"))


def steps_of(folder):
    return [record for record in read_records(folder / "samples.jsonl") if record.kind == "step"]


def test_csv_holds_every_step_and_request_as_recorded(run):
    folder, comparison = run
    written = export(folder, comparison, "csv")
    assert [path.name for path in written] == ["samples.csv", "requests.csv", "steps.csv"]
    samples, requests, steps = ([*csv.DictReader(path.open())] for path in written)
    recorded = steps_of(folder)
    assert len(samples) == len(recorded)
    for row, record in zip(samples, recorded, strict=True):
        assert float(row["ms"]) == record.ms
        assert (row["step"], row["trial"], row["clip"] or None) == (record.step, record.trial, record.clip)
        assert (row["bytes"] or None) == (None if record.bytes is None else str(record.bytes))
    assert len(requests) == 40
    assert set(json.loads(requests[0]["server"])) == {"gateway", "endpoint-inference"}
    assert len(steps) == len(comparison.steps)
    assert float(steps[0]["median_ms"]) == comparison.steps[0].ms.median.value


def test_parquet_holds_the_same_with_types(run):
    parquet = pytest.importorskip("pyarrow.parquet")
    folder, comparison = run
    samples, _, steps = (parquet.read_table(path) for path in export(folder, comparison, "parquet"))
    assert samples.column("ms").to_pylist() == [record.ms for record in steps_of(folder)]
    assert str(samples.schema.field("round").type) == "int64"
    assert samples.column("network").null_count == samples.num_rows
    assert steps.column("n").to_pylist() == [row.ms.n for row in comparison.steps]


def test_a_run_without_a_load_has_no_requests(tmp_path):
    write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    export(tmp_path, compare(load(tmp_path / "samples.jsonl")), "csv")
    assert not (tmp_path / "requests.csv").exists()


def test_without_pyarrow_parquet_is_one_sentence_and_leaves_nothing(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    folder, comparison = run
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(AnalysisError, match="Parquet needs pyarrow"):
        export(folder, comparison, "parquet")
    assert {path.name for path in folder.iterdir()} == before


def test_an_export_that_is_interrupted_leaves_no_half_file(run, monkeypatch):
    folder, comparison = run

    def interrupted(path, *_):
        path.write_text("t,trial\n1,")
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.export._write_csv", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export(folder, comparison, "csv")
    assert [path.name for path in folder.iterdir()] == ["samples.jsonl"]
