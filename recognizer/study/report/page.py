"""`Study` -> one self-contained HTML page in both languages: no script, nothing loaded."""

import json
from datetime import UTC, datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from recognizer.study.plan import FLOAT, INT8
from recognizer.study.report import canvas, words
from recognizer.study.report.drawings import DRAWINGS, speed
from recognizer.study.report.words import LANGUAGES, Words
from recognizer.study.summary import Comparison, Study

SIGNIFICANT = 0.05
WRITTEN = {"proportion": words.percent, "bytes": words.size, "ms": words.milliseconds}
FILTERS = ("percent", "points", "probability", "size", "duration", "milliseconds", "ratio")


def render(study: Study, language: str) -> str:
    """The page, opening in `language` ("en" or "es")."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {name: getattr(words, name) for name in FILTERS}
    environment.globals |= {"speed": speed, "written": WRITTEN, "FLOAT": FLOAT, "INT8": INT8}
    folder = files("recognizer.study.report")
    begun = min((session.begun for session in study.sessions), default=None)
    return environment.from_string((folder / "page.html").read_text("utf-8")).render(
        language=language,
        css=Markup((folder / "page.css").read_text("utf-8")),
        pages=[{"words": each, "figures": _figures(study, each), "verdict": _verdict(study, each)} for each in _both()],
        s=study,
        best=study.row(study.best),
        date=f"{datetime.fromtimestamp(begun, UTC):%Y-%m-%d %H:%M} UTC" if begun else "",
        citation=json.loads((files("recognizer.study") / "thesis.json").read_text("utf-8"))["citation"],
    )


def _both() -> list[Words]:
    return [Words(language) for language in LANGUAGES]


def _verdict(study: Study, say: Words) -> list[str]:
    """What the study shows, each sentence with its n; a difference only with its test."""
    best = study.row(study.best)
    top1 = best.accuracy
    counts = {"n": top1.n, "low": words.percent(top1.low), "high": words.percent(top1.high)}
    said = [say("verdict.best", name=best.name, top1=words.percent(top1.top1), **counts)]
    said += [say("verdict.recipe", **_told(each, say)) for each in study.recipes]
    said += [
        say("verdict.int8", name=row.name, ratio=words.ratio(file.ratio), **_told(file.against_float, say))
        for row in study.rows
        if row.part == "variants" and row.variant in ("1C-2048FF", best.variant) and row.recipe == best.recipe
        for file in row.files
        if file.file == INT8
    ]
    return said


def _told(pair: Comparison, say: Words) -> dict[str, object]:
    """A comparison in the words of a sentence."""
    shown = "difference.shown" if pair.p < SIGNIFICANT else "difference.not_shown"
    return {
        "first": pair.first,
        "second": pair.second,
        "n": pair.n,
        "difference": words.points(pair.difference),
        "low": words.points(pair.low),
        "high": words.points(pair.high),
        "p": words.probability(pair.p),
        "shown": say(shown),
    }


def _figures(study: Study, say: Words) -> dict[str, Markup]:
    """Each figure twice, for wide and narrow screens (the style sheet shows one); none without data."""
    figures: dict[str, Markup] = {}
    for name, draw in DRAWINGS.items():
        title, description = say(f"figure.{name}.title"), say(f"figure.{name}.description")
        for kind, width in (("wide", canvas.WIDE), ("narrow", canvas.NARROW)):
            with canvas.style():
                drawn = draw(study, say, width)
                if drawn is None:
                    continue
                svg = canvas.svg(drawn, f"{name}-{say.language}-{kind}", title, description)
            figures[name] = figures.get(name, Markup()) + Markup('<div class="{}">{}</div>').format(kind, svg)
    return figures
