"""Words in two languages, and one way to write a number."""

import string
from typing import get_args

import pytest

from analysis.compare.cold import WHAT_WAS_COLD
from analysis.compare.comparison import ThesisRow
from analysis.compare.thesis import THESIS
from analysis.records import STEPS_OF_PATH
from analysis.report.figures.waterfall import LEGEND_OF_ROLE, ROLE_OF_PART
from analysis.wording import LANGUAGES, NBSP, Words, flatten, load_strings, milliseconds, percent, ratios, size


def leaves(strings, prefix=""):
    pairs = enumerate(strings) if isinstance(strings, list) else strings.items()
    for key, value in pairs:
        if isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            yield from leaves(value, f"{prefix}{key}.")


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_both_languages_hold_the_same_strings_with_the_same_values():
    english, spanish = (dict(leaves(load_strings(language))) for language in LANGUAGES)
    assert english.keys() == spanish.keys()
    for key in english:
        assert fields(english[key]) == fields(spanish[key]), key
        assert english[key].strip() and spanish[key].strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_part_and_start_has_a_name_and_a_definition(language):
    steps = {step for steps in STEPS_OF_PATH.values() for step in steps}
    for step in steps | set(ROLE_OF_PART) | set(WHAT_WAS_COLD.values()):
        assert Words(language).step(step)
        assert Words(language)(f"step.{step}.definition").endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_colour_of_the_waterfall_and_every_thesis_figure_is_named(language):
    words = Words(language)
    assert set(ROLE_OF_PART.values()) == set(LEGEND_OF_ROLE)
    assert all(words(key) for key in LEGEND_OF_ROLE.values())
    assert all(words(f"thesis_figure.{item['figure']}") for item in THESIS["figures"] + THESIS["means"])
    assert {item["unit"] for item in THESIS["figures"]} <= set(get_args(ThesisRow.__annotations__["unit"]))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (milliseconds(0.6123), "0.612 ms"),
        (milliseconds(23.44), "23.4 ms"),
        (milliseconds(2345.6), "2.35 s"),
        (milliseconds(0.0), "0.00 ms"),
        (milliseconds(-3.456), "\N{MINUS SIGN}3.46 ms"),
        (percent(0.7777), "77.8 %"),
        (percent(1.0), "100 %"),
        (size(412), "412 B"),
        (size(19_400_000), "19.4 MB"),
        (ratios(2.449)[0], "2.45\N{MULTIPLICATION SIGN}"),
        (ratios(1.0012)[0], "1.0012\N{MULTIPLICATION SIGN}"),
    ],
)
def test_numbers_are_written_to_three_digits_with_their_unit(written, expected):
    assert written == expected.replace(" ", NBSP)


def test_nested_settings_become_rows():
    nested = {"a": {"b": 1, "c": {"d": 2.5}}, "e": [1, 2], "f": None}
    assert list(flatten(nested)) == [("a.b", "1"), ("a.c.d", "2.5"), ("e", "1, 2"), ("f", "None")]
