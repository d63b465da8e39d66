"""docs/cloud.md says what the code does: every error code and every setting stands there."""

import re

import pytest

from tests.infra.conftest import ROOT

PAGE = (ROOT / "docs" / "cloud.md").read_text()
CODE = "\n".join(
    path.read_text() for folder in ("cloud_inference", "lambda_proxy") for path in sorted((ROOT / folder).glob("*.py"))
)
KINDS = "BadRequest|NotFound|BadMethod|NotAcceptable|SlowBody|TooLarge|UnsupportedType|Unprocessable|Busy|NotReady"
ERRORS = set(re.findall(rf'(?:{KINDS})\(\s*"(\w+)"', CODE))
ERRORS |= set(re.findall(r'(?:InvalidRequest\(\s*|failure = \()\d{3}, "(\w+)"', CODE))
SETTINGS = set(re.findall(r'"((?:CERCA|SAGEMAKER)_[A-Z_]+)"', CODE))


def test_the_patterns_below_still_find_something():
    assert len(ERRORS) > 12
    assert len(SETTINGS) > 6


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_code_is_documented(code):
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_is_documented(name):
    assert f"| `{name}` |" in PAGE
