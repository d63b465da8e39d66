"""The fast reader and the checked one accept the same lines and refuse the same lines with the same sentences."""

import json

import pytest

from analysis.errors import RecordError
from analysis.fast_records import Answer, Request, Step, read_fast
from analysis.records import read_records
from tests.analysis.synthetic_run import START, load_records, network_records, synthetic_run, write_run

FAST = {"step": Step, "request": Request, "answer": Answer}
STEP = {
    "schema": 1,
    "kind": "step",
    "t": START,
    "trial": "a",
    "phase": "warm",
    "path": "edge",
    "step": "classify",
    "ms": 1,
    "clock": "browser",
}
REQUEST = {
    "schema": 1,
    "kind": "request",
    "t": START,
    "load": "a",
    "stage": 0,
    "id": "1",
    "name": "x",
    "ms": 1,
    "service_ms": 1,
}
ANSWER = {
    "schema": 1,
    "kind": "answer",
    "t": START,
    "trial": "a",
    "clip": "a",
    "path": "edge",
    "top": [{"label": "hello", "probability": 1}],
    "sha256": "ab",
}


def test_both_read_every_record_of_a_run_alike(tmp_path):
    end = synthetic_run(clips=3, rounds=2, cold=1)
    path = write_run(tmp_path, [*end[:-1], *load_records(), *network_records(), end[-1]])
    pairs = list(zip(read_fast(path), read_records(path), strict=True))
    assert {record.kind for _, record in pairs} >= {"run", "step", "request", "answer", "load", "network", "end"}
    for fast, checked in pairs:
        fields = checked.model_dump(exclude={"schema_version", "kind"})
        if checked.kind in FAST:
            assert type(fast) is FAST[checked.kind]
        for name, value in fields.items():
            found = getattr(fast, name)
            if name == "top":
                found = [{"label": each.label, "probability": each.probability} for each in fast.top]
            assert (found.model_dump() if hasattr(found, "model_dump") else _plain(found)) == value


def _plain(found):
    return (
        [each.model_dump() if hasattr(each, "model_dump") else each for each in found]
        if (isinstance(found, list))
        else found
    )


@pytest.mark.parametrize(
    "line",
    [
        "{nonsense",
        "[]",
        json.dumps(STEP | {"schema": 7}),
        json.dumps(STEP | {"kind": "opinion"}),
        json.dumps(STEP | {"ms": "fast"}),
        json.dumps(STEP | {"ms": -1}),
        json.dumps(STEP | {"ms": None}),
        json.dumps(STEP | {"speed": 1}),
        json.dumps(STEP | {"step": "round_trip"}),
        json.dumps(STEP | {"wire": "npy"}),
        json.dumps(STEP | {"phase": "lukewarm"}),
        json.dumps(STEP | {"round": -1}),
        json.dumps({key: value for key, value in STEP.items() if key != "trial"}),
        json.dumps(STEP)[:-4] + "NaN}",
        json.dumps(STEP).replace('"ms": 1', '"ms": 1e999'),
        json.dumps(REQUEST | {"stage": -1}),
        json.dumps(REQUEST | {"server": {"gateway": "quick"}}),
        json.dumps(REQUEST | {"service_ms": -0.5}),
        json.dumps(REQUEST | {"status": "200 OK"}),
        json.dumps(ANSWER | {"top": []}),
        json.dumps(ANSWER | {"top": [{"label": "hello", "probability": 2}]}),
        json.dumps(ANSWER | {"logits": [1, "two"]}),
        json.dumps(STEP).encode().replace(b"classify", b"\xff\xfe").decode("latin-1"),
    ],
)
def test_both_refuse_a_bad_line_with_the_same_sentence(tmp_path, line):
    path = write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    lines = path.read_text().splitlines()
    path.write_bytes("\n".join([lines[0], line, *lines[1:]]).encode("latin-1") + b"\n")
    said = []
    for read in (read_fast, read_records):
        with pytest.raises(RecordError) as error:
            list(read(path))
        said.append(str(error.value))
    assert said[0] == said[1]
    assert f"{path}, line 2: " in said[0]


@pytest.mark.parametrize(
    "line", [STEP | {"ms": "4.5"}, STEP | {"t": True}, STEP | {"round": 1.0}, REQUEST | {"bytes_up": "12"}]
)
def test_what_only_the_checked_reader_converts_is_read_by_both(tmp_path, line):
    path = write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], json.dumps(line), *lines[1:]]) + "\n")
    assert list(read_fast(path))[1] == list(read_records(path))[1]


def test_a_schema_that_changes_inside_a_file_is_told_apart_from_one_that_is_new(tmp_path):
    path = write_run(tmp_path, synthetic_run(clips=1, rounds=1, cold=0))
    first, *others = path.read_text().splitlines()
    path.write_text("\n".join([first, json.dumps(STEP | {"schema": 2}), *others]))
    with pytest.raises(RecordError, match=r"schema 2 is unknown.*the lines before it.*two runs"):
        list(read_fast(path))
    path.write_text(first.replace('"schema":1', '"schema":2') + "\n")
    with pytest.raises(RecordError, match=r"schema 2 is unknown.*update cerca"):
        list(read_fast(path))


def test_a_cut_off_last_line_is_a_warning_here_too(tmp_path):
    path = write_run(tmp_path, synthetic_run(clips=2, rounds=1, cold=0))
    lines = path.read_bytes().count(b"\n")
    path.write_bytes(path.read_bytes()[:-20])
    told = []
    assert len(list(read_fast(path, told.append))) == lines - 1
    assert len(told) == 1
