"""docs/extraction.md knows every option of both commands and every field of divergence.json."""

import typer
from typer.main import get_command

from loadtests.extraction import commands
from tests.e2e.processes import ROOT
from tests.extraction.test_divergence import compare
from tests.extraction.toys import person

PAGE = (ROOT / "docs" / "extraction.md").read_text()


def test_every_option_is_documented():
    app = typer.Typer(add_completion=False)
    app.command()(commands.extract)
    app.command()(commands.divergence)
    options = {
        option
        for command in get_command(app).commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    assert len(options) >= 8
    assert {option for option in options if f"`{option}`" not in PAGE} <= {"--help"}


def test_every_field_of_the_json_is_documented(tmp_path):
    fields = compare(tmp_path, [person()], [person()]).as_json()
    assert {field for field in fields if f"`{field}`" not in PAGE} == set()
