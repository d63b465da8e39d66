"""docs/report.md documents every field of report.json, and none that does not exist."""

import re
from pathlib import Path

from pydantic import TypeAdapter

from analysis.compare import Comparison

DOCS = Path(__file__).parents[2] / "docs" / "report.md"


def documented() -> dict[str, set[str]]:
    sections = re.split(r"^### ", DOCS.read_text(), flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0]: set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) for section in sections
    }


def test_every_field_of_the_report_is_documented_and_nothing_else():
    schema = TypeAdapter(Comparison).json_schema()
    objects = {"Comparison": schema, **schema["$defs"]}
    written = {name: set(definition["properties"]) for name, definition in objects.items()}
    assert documented() == written
