"""Words and numbers for people, in Spanish and English: `strings/<language>.json` and one way to write a number.

Both languages write a decimal point, as Peru does.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from math import floor, log10
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.statistics import Estimate, Summary

LANGUAGES = ("en", "es")
Writer = Callable[..., list[str]]
NBSP, TIMES, MINUS = "\N{NO-BREAK SPACE}", "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
STRINGS = Path(__file__).parent / "strings"
SHARED = ("language", "step", "path", "cell", "interval", "range", "none", "n", "n_clips", "n_one_clip")


class Words:
    """The strings of one language: `words("verdict.landmarks", share="98 %")`; those of another folder for a page of
    its own, which may still name steps and paths."""

    def __init__(self, language: str, folder: Path | None = None) -> None:
        if language not in LANGUAGES:
            raise AnalysisError(f"language {language!r} is unknown; choose one of {', '.join(LANGUAGES)}.")
        self.language = language
        self.strings = load_strings(language)
        if folder is not None:
            shared = {name: self.strings[name] for name in SHARED}
            self.strings = shared | load_strings(language, folder)

    def __call__(self, key: str, **values: object) -> str:
        found: Any = self.strings
        for name in key.split("."):
            found = found[name]
        return found.format(**values)

    def step(self, step: str) -> str:
        return self.strings["step"][step]["name"]

    def path(self, path: str, wire: str | None = None) -> str:
        return self.strings["path"][f"{path} {wire}" if wire else path]

    def count(self, summary: Summary) -> str:
        if summary.clips == 1:
            return self("n_one_clip", n=summary.n)
        if summary.clips:
            return self("n_clips", n=summary.n, clips=summary.clips)
        return self("n", n=summary.n)

    def spread(self, summary: Summary) -> str:
        """For a table: the median's interval, else the range of the samples, else nothing to tell."""
        if summary.median.interval is None and summary.n > 1:
            low, high = together(summary.median.value)(summary.minimum, summary.maximum)
            return self("range", low=low, high=high)
        return self.cell(summary.median)

    def cell(self, estimate: Estimate, write: Writer | None = None) -> str:
        """For a table: an estimate's interval."""
        return self._interval("cell", estimate, write) or self("none")

    def interval(self, estimate: Estimate, write: Writer | None = None) -> str:
        """In a sentence: the interval, or an empty string where there is none."""
        return self._interval("interval", estimate, write)

    def _interval(self, key: str, estimate: Estimate, write: Writer | None) -> str:
        if estimate.interval is None:
            return ""
        low, high = (write or together(estimate.value))(estimate.interval.low, estimate.interval.high)
        return self(key, low=low, high=high)


@cache
def load_strings(language: str, folder: Path = STRINGS) -> dict[str, Any]:
    return json.loads((folder / f"{language}.json").read_text("utf-8"))


def milliseconds(value: float) -> str:
    """Three significant digits with a unit: `0.61 ms`, `23.4 ms`, `2.35 s`."""
    scale, unit = _unit(value)
    return f"{significant(value / scale)}{NBSP}{unit}"


def together(reference: float) -> Writer:
    """Writes several times in the unit and to the decimals that suit `reference`; the last one bears the unit."""
    scale, unit = _unit(reference)

    def write(*values: float) -> list[str]:
        texts = [significant(value / scale, reference / scale) for value in values]
        return [*texts[:-1], f"{texts[-1]}{NBSP}{unit}"]

    return write


def ratios(*values: float) -> list[str]:
    """Ratios with three significant digits, or with four decimals where all are so close to 1 that it matters."""
    if all(abs(value - 1) < 0.05 for value in values):
        return [f"{value:.4f}{TIMES}" for value in values]
    return [f"{significant(value)}{TIMES}" for value in values]


def percent(value: float) -> str:
    return f"{significant(value * 100)}{NBSP}%"


def percents(*values: float) -> list[str]:
    return [percent(value) for value in values]


def size(value: float) -> str:
    for scale, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= scale:
            return f"{significant(value / scale)}{NBSP}{unit}"
    return f"{value:.0f}{NBSP}B"


def usd(value: float) -> str:
    """Dollars to three digits, `0.0224 USD`; whole ones, in groups of three, from a thousand on."""
    return f"{_amount(value)}{NBSP}USD"


def dollars(*values: float) -> list[str]:
    """The last one bears the unit."""
    texts = [_amount(value) for value in values]
    return [*texts[:-1], f"{texts[-1]}{NBSP}USD"]


def _amount(value: float) -> str:
    if value >= 1000:
        return thousands(value)
    if 0 < value < 1:
        return f"{value:.{min(8, 2 - floor(log10(value)))}f}"
    return significant(value)


def thousands(value: float) -> str:
    """A whole number in groups of three: `118 000`."""
    return f"{value:,.0f}".replace(",", NBSP)


def plain(*values: float) -> list[str]:
    """Numbers without a unit, to three digits."""
    return [thousands(float(f"{value:.3g}")) if abs(value) >= 1000 else significant(value) for value in values]


def as_given(value: float) -> str:
    """A number that somebody chose, with no more digits than they gave: `30`, `12.87`."""
    return thousands(value) if value >= 1000 else f"{value:g}"


def rates(*values: float) -> list[str]:
    """Events a second."""
    return [f"{significant(value)}/s" for value in values]


def _each_ms(*values: float) -> list[str]:
    return [milliseconds(value) for value in values]


def _each_mbit(*values: float) -> list[str]:
    return [f"{significant(value)}{NBSP}Mbit/s" for value in values]


# How the quantities of a network's calibration are written.
QUANTITIES: dict[str, Writer] = {
    "rtt_ms": _each_ms,
    "connect_ms": _each_ms,
    "loss": percents,
    "up_mbit": _each_mbit,
    "down_mbit": _each_mbit,
}


def significant(value: float, reference: float | None = None) -> str:
    """`value` with as many decimals as `reference` (itself by default) needs for three significant digits."""
    magnitude = abs(value if reference is None else reference)
    decimals = 2 if magnitude == 0 else max(0, 2 - floor(log10(magnitude)))
    return f"{value:.{min(decimals, 3)}f}".replace("-", MINUS)


def scientific(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e+")


def flatten(values: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Nested settings as (dotted name, text) rows."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flatten(value, f"{name}.")
        elif isinstance(value, list):
            yield name, ", ".join(str(item) for item in value)
        else:
            yield name, str(value)


def _unit(value: float) -> tuple[float, str]:
    return (1000.0, "s") if abs(value) >= 1000 else (1.0, "ms")
