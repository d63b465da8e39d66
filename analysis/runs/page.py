"""`RunsComparison` -> one self-contained HTML page in both languages: no script, nothing loaded."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from string import ascii_uppercase

from markupsafe import Markup

from analysis import wording
from analysis.report.figures.canvas import NARROW, WIDE, house_style, to_svg
from analysis.report.page import STYLE, environment
from analysis.runs import figure
from analysis.runs.comparison import RunsComparison
from analysis.runs.labels import metric_label, ratio_text
from analysis.wording import LANGUAGES, Words

STRINGS = Path(__file__).parent / "strings"


def render(comparison: RunsComparison, language: str) -> str:
    """The page, opening in `language` ("en" or "es")."""
    jinja = environment()
    jinja.filters |= {
        "percent": wording.percent,
        "written": lambda value, unit: wording.milliseconds(value) if unit == "ms" else wording.ratios(value)[0],
        "p_value": lambda p: f"{p:.4f}" if p < 0.1 else f"{p:.2f}",
        "label": metric_label,
        "ratio": ratio_text,
        "time": lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "paragraph": lambda text: Markup("<p>{}</p>").format(text),
    }
    template = jinja.from_string((files("analysis.runs") / "page.html").read_text("utf-8"))
    return template.render(
        c=comparison,
        language=language,
        css=STYLE,
        names=[f"{letter} · {run.name}" for letter, run in zip(ascii_uppercase, comparison.runs, strict=False)],
        ratios=wording.ratios,
        tests=sum(cell.p is not None for row in comparison.metrics for cell in row.runs),
        pages=[_page(comparison, Words(each, STRINGS)) for each in LANGUAGES],
    )


def _page(comparison: RunsComparison, words: Words) -> dict[str, object]:
    return {"words": words, "headline": headline(comparison, words), "figure": _figure(comparison, words)}


def headline(comparison: RunsComparison, words: Words) -> str:
    for kind, n in (("regression", comparison.regressions), ("improvement", comparison.improvements)):
        if n:
            return words(f"headline.one_{kind}") if n == 1 else words(f"headline.{kind}", n=n)
    return words("headline.none")


def _figure(comparison: RunsComparison, words: Words) -> Markup:
    drawn = Markup()
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        with house_style():
            plot = figure.draw(comparison, words, width)
            if plot is None:
                return drawn
            key = f"runs-{words.language}-{kind}"
            svg = to_svg(plot, key, words("figure.title"), words("figure.description"))
        drawn += Markup('<div class="{}">{}</div>').format(kind, svg)
    return drawn
