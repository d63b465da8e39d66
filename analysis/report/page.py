"""`Comparison` and `RunLog` -> one self-contained HTML page in both languages: no script, nothing loaded."""

from datetime import UTC, datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from analysis import wording
from analysis.compare import Comparison, RunLog
from analysis.compare.cold import cold_samples
from analysis.compare.thesis import THESIS
from analysis.records import STEPS_OF_PATH
from analysis.report.figures import by_clip, cold, spread, waterfall
from analysis.report.figures.canvas import NARROW, WIDE, house_style, to_svg
from analysis.report.tiles import tiles
from analysis.statistics import minimum_samples
from analysis.verdict import headline_speedup, verdict
from analysis.wording import LANGUAGES, Words


def render(comparison: Comparison, log: RunLog, language: str) -> str:
    """The page, opening in `language` ("en" or "es")."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    written_as = {
        "ms": wording.milliseconds,
        "ratio": lambda value: wording.ratios(value)[0],
        "proportion": wording.percent,
    }
    environment.filters |= {
        "ms": wording.milliseconds,
        "ratio": written_as["ratio"],
        "percent": wording.percent,
        "size": wording.size,
        "scientific": wording.scientific,
        "rows": wording.flatten,
    }
    environment.globals |= {"ratios": wording.ratios, "written_as": written_as}
    folder = files("analysis.report")
    template = environment.from_string((folder / "page.html").read_text("utf-8"))
    started = datetime.fromtimestamp(comparison.run.started, UTC)
    return template.render(
        language=language,
        css=Markup((folder / "page.css").read_text("utf-8")),
        pages=[_language_page(comparison, log, Words(each)) for each in LANGUAGES],
        c=comparison,
        assets=sorted(log.run.environment.first_visit_assets, key=lambda asset: -asset.transfer),
        environment={key: value for key, value in comparison.run.environment.items() if key != "first_visit_assets"},
        started=f"{started:%Y-%m-%d %H:%M} UTC",
        thesis_citation=THESIS["citation"],
        minimum={"p90": minimum_samples(0.9), "p99": minimum_samples(0.99)},
        glossary=_glossary(comparison),
    )


def _language_page(comparison: Comparison, log: RunLog, words: Words) -> dict[str, object]:
    return {
        "words": words,
        "verdict": verdict(comparison, words),
        "tiles": tiles(comparison, words),
        "figures": _figures(comparison, log, words),
    }


def _figures(comparison: Comparison, log: RunLog, words: Words) -> dict[str, Markup]:
    """Each figure twice, for wide and narrow screens (the style sheet shows one); none without data."""
    alone = headline_speedup(comparison, "inference")
    warm = {"edge": alone.edge.median.value, "cloud": alone.cloud.median.value} if alone else {}
    starts = cold_samples(log)
    drawn = {
        "waterfall": lambda width: (
            waterfall.draw(comparison.breakdowns, words, width) if comparison.breakdowns else None
        ),
        "clips": lambda width: by_clip.draw(log, alone.wire, words, width) if alone else None,
        "spread": lambda width: spread.draw(log, words, width),
        "cold": lambda width: cold.draw(starts, warm, words, width) if starts else None,
    }
    figures: dict[str, Markup] = {}
    for name, draw in drawn.items():
        title, description = words(f"figure.{name}.title"), words(f"figure.{name}.description")
        for kind, width in (("wide", WIDE), ("narrow", NARROW)):
            with house_style():
                figure = draw(width)
                if figure is None:
                    continue
                svg = to_svg(figure, f"{name}-{words.language}-{kind}", title, description)
            figures[name] = figures.get(name, Markup()) + Markup('<div class="{}">{}</div>').format(kind, svg)
    return figures


def _glossary(comparison: Comparison) -> list[str]:
    """The steps, parts and starts that this report names, in the order in which a video meets them."""
    shown = {row.step for row in comparison.steps}
    shown |= {part.part for row in comparison.breakdowns for part in row.parts}
    shown |= {row.what for row in comparison.cold}
    order = [step for steps in STEPS_OF_PATH.values() for step in steps]
    return sorted(shown, key=lambda step: (order.index(step) if step in order else len(order), step))
