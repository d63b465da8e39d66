"""Words and numbers for people: `strings/<language>.json`. Both languages write a decimal point, as Peru does."""

import json
from functools import cache
from importlib.resources import files
from math import floor, log10

LANGUAGES = ("en", "es")
NBSP, TIMES, MINUS = "\N{NO-BREAK SPACE}", "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


class Words:
    """The strings of one language: `words("section.sizes")`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.strings = _strings(language)

    def __call__(self, key: str, **values: object) -> str:
        found = self.strings
        for name in key.split("."):
            found = found[name]
        return found.format(**values)

    def file(self, name: str) -> str:
        """What a model file is, for a person."""
        return self.strings["file"].get(name, name)


@cache
def _strings(language: str) -> dict:
    return json.loads((files("recognizer.study.report") / "strings" / f"{language}.json").read_text("utf-8"))


def percent(share: float) -> str:
    return f"{share * 100:.1f}{NBSP}%"


def points(difference: float) -> str:
    """A difference of two shares, in percentage points, with its sign."""
    return f"{difference * 100:+.1f}".replace("-", MINUS)


def probability(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def size(count: float) -> str:
    return f"{count / 1e6:.2f}{NBSP}MB" if count >= 1e6 else f"{count / 1e3:.0f}{NBSP}kB"


def duration(seconds: float) -> str:
    if seconds < 100:
        return f"{significant(seconds)}{NBSP}s"
    return f"{seconds / 60:.1f}{NBSP}min"


def milliseconds(ms: float) -> str:
    return f"{significant(ms)}{NBSP}ms"


def ratio(value: float) -> str:
    return f"{value:.2f}{TIMES}"


def significant(value: float) -> str:
    """Three significant digits, three decimals at the most."""
    decimals = 2 if value == 0 else max(0, 2 - floor(log10(abs(value))))
    return f"{value:.{min(decimals, 3)}f}"
