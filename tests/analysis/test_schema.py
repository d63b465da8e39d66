"""docs/report.schema.json is the schema of what is written."""

import json
from pathlib import Path

import jsonschema
import pytest

from analysis.compare import compare, load
from analysis.report import ComparisonJson
from analysis.schema import report_schema, text
from tests.analysis.synthetic_run import load_records, network_records, synthetic_run, write_run

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def test_the_published_schema_is_that_of_the_dataclasses():
    assert SCHEMA.read_text() == text(), "run `python -m analysis.schema > docs/report.schema.json`"
    jsonschema.Draft202012Validator.check_schema(report_schema())


def written(folder, records) -> dict:
    return json.loads(ComparisonJson.dump_json(compare(load(write_run(folder, records)))))


@pytest.mark.parametrize("kind", ["whole", "poor"])
def test_a_written_report_fits_it(tmp_path, kind):
    records = synthetic_run(clips=2, rounds=1, cold=1)
    more = [*load_records((20,), seconds=2), *network_records()] if kind == "whole" else []
    report = written(tmp_path, [*records[:-1], *more, records[-1]] if kind == "whole" else records[:1])
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))


def test_a_report_of_another_version_does_not(tmp_path):
    report = written(tmp_path, synthetic_run(clips=1, rounds=1, cold=0)) | {"schema_version": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, json.loads(SCHEMA.read_text()))
