"""The JSON Schema of report.json, made from its dataclasses: `python -m analysis.schema > docs/report.schema.json`."""

import json
from typing import Any

from pydantic import TypeAdapter

from analysis.compare.comparison import SCHEMA_VERSION, Comparison


def report_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of `report.json`, for this version alone."""
    schema = TypeAdapter(Comparison).json_schema(mode="serialization")
    schema["properties"]["schema_version"] = {"const": SCHEMA_VERSION, "type": "integer"}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"cerca report.json, version {SCHEMA_VERSION}",
        "description": "docs/report.md explains every field.",
    }
    return head | {name: value for name, value in schema.items() if name != "title"}


def text() -> str:
    return json.dumps(report_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(text(), end="")
