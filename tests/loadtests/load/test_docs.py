"""docs/load.md names every option, exit code and user file that there is."""

import inspect
import re

import pytest

from loadtests.load.commands import loadtest
from tests.e2e.processes import ROOT

PAGE = (ROOT / "docs" / "load.md").read_text()


@pytest.mark.parametrize("option", inspect.signature(loadtest).parameters)
def test_every_option_of_the_command_is_documented(option):
    assert re.search(rf"^\|.*`--{option}`.*\|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / "loadtests" / "users").glob("[a-z]*.py")), ids=lambda path: path.name)
def test_every_user_file_is_documented(path):
    assert f"`{path.name}`" in PAGE


def test_the_exit_codes_are_those_of_the_command():
    for code in re.findall(r"(\d+) [a-z]", inspect.getdoc(loadtest).partition("Exit codes:")[2]):
        assert re.search(rf"Exit codes:.*\b{code} ", PAGE.replace("\n", " "))
