"""The samples file: whole records or a clear sentence."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from pydantic import ValidationError

from analysis.errors import RecordError
from analysis.records import EndRecord, RecordWriter, StepRecord, read_records
from tests.analysis.synthetic_run import START, synthetic_run, write_run


def step(**changes) -> dict:
    fields = {
        "t": START,
        "trial": "warm-0-a",
        "clip": "a",
        "phase": "warm",
        "path": "cloud",
        "wire": "npy",
        "step": "round_trip",
        "ms": 4.2,
        "clock": "browser",
    }
    return fields | changes


def test_what_was_written_is_read_back_in_order(tmp_path):
    records = synthetic_run(clips=3, rounds=2, cold=1)
    assert list(read_records(write_run(tmp_path, records))) == records


def test_a_line_is_the_contracts_json(tmp_path):
    line = json.loads(write_run(tmp_path, [StepRecord(**step())]).read_text())
    assert line == {"schema": 1, "kind": "step", "round": 0, **step()}


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "inference"},
        {"path": "edge", "step": "classify"},
        {"ms": -1},
        {"ms": float("nan")},
        {"phase": "lukewarm"},
        {"speed": 3},
    ],
    ids=["step of another path", "wire on the edge", "negative", "not a number", "unknown phase", "unknown field"],
)
def test_a_record_outside_the_contract_is_refused(changes):
    with pytest.raises(ValidationError):
        StepRecord(**step(**changes))


def test_a_cut_off_last_line_is_a_warning_and_the_rest_is_read(tmp_path):
    path = write_run(tmp_path, synthetic_run(clips=2, rounds=1, cold=0))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    lines = whole.count(b"\n")
    told = []
    records = list(read_records(path, told.append))
    assert len(records) == lines - 1
    assert len(told) == 1
    assert f"line {lines}" in told[0]


def test_a_last_line_without_newline_that_is_whole_is_read(tmp_path):
    path = write_run(tmp_path, synthetic_run(clips=2, rounds=1, cold=0))
    whole = path.read_bytes()
    path.write_bytes(whole.rstrip(b"\n"))
    told = []
    assert len(list(read_records(path, told.append))) == whole.count(b"\n")
    assert not told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{nonsense", "line 2"),
        (json.dumps(step(schema=1)), "line 2"),
        (json.dumps(step(schema=7, kind="step")), "schema 7 is unknown"),
        (json.dumps(step(schema=1, kind="step", ms="fast")), "ms"),
        (json.dumps(step(schema=1, kind="opinion")), "opinion"),
        ("x" * (4 * 2**20 + 1), "longer than"),
    ],
    ids=["no JSON", "no kind", "future schema", "wrong type", "unknown kind", "endless line"],
)
def test_a_bad_line_is_one_sentence_with_file_and_line(tmp_path, line, says):
    path = write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], line, *lines[1:]]) + "\n")
    with pytest.raises(RecordError) as error:
        list(read_records(path))
    assert str(path) in str(error.value)
    assert "line 2" in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(RecordError, match="cannot be read"):
        list(read_records(tmp_path / "samples.jsonl"))


def test_a_run_is_never_appended_to_another(tmp_path):
    path = write_run(tmp_path, [StepRecord(**step())])
    with pytest.raises(RecordError, match="choose a new folder"):
        RecordWriter(path)
    assert len(path.read_text().splitlines()) == 1


def test_a_record_that_does_not_fit_on_the_disk_is_taken_back_whole(tmp_path, monkeypatch):
    whole_write = os.write
    with RecordWriter(tmp_path / "samples.jsonl") as writer:
        writer.write(StepRecord(**step()))
        monkeypatch.setattr("os.write", lambda file, line: whole_write(file, line[:10]))
        with pytest.raises(RecordError, match="disk is full"):
            writer.write(StepRecord(**step(ms=9)))
        monkeypatch.undo()
        writer.write(EndRecord(t=0, completed=False, seconds=1))
    assert [record.kind for record in read_records(writer.path)] == ["step", "end"]


def test_after_ctrl_c_the_file_holds_whole_lines_and_the_end(tmp_path):
    path = tmp_path / "samples.jsonl"
    program = textwrap.dedent(
        f"""
        from pathlib import Path
        from analysis.records import EndRecord, RecordWriter, StepRecord
        with RecordWriter(Path({str(path)!r})) as writer:
            try:
                print("writing", flush=True)
                while True:
                    writer.write(StepRecord(**{step()!r}))
            except KeyboardInterrupt:
                writer.write(EndRecord(t=0, completed=False, seconds=1))
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        while not path.exists() or path.stat().st_size < 100_000:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    *steps, end = read_records(path)
    assert end == EndRecord(t=0, completed=False, seconds=1)
    assert {record.kind for record in steps} == {"step"}
