"""`Comparison` and `RunLog` -> one self-contained HTML page in both languages: no script, nothing loaded."""

from datetime import UTC, datetime
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from analysis import wording
from analysis.compare import Comparison, RunLog
from analysis.compare.cold import cold_samples
from analysis.compare.thesis import THESIS
from analysis.records import STEPS_OF_PATH, Wire
from analysis.report.divergence import Divergence
from analysis.report.figures import by_clip, cold, cost, networks, spread, thesis, visits, waterfall
from analysis.report.figures import load as load_figure
from analysis.report.figures.canvas import NARROW, WIDE, house_style, to_svg
from analysis.report.tiles import tiles
from analysis.statistics import minimum_samples
from analysis.verdict import headline_speedup, verdict
from analysis.wording import LANGUAGES, Words

SECTIONS = (
    *("header", "time", "alone", "spread", "networks", "visits", "cold", "load", "cost", "scale", "answers"),
    *("divergence", "clips", "failures", "thesis", "instrument", "steps", "environment", "method", "glossary"),
)
FOLDER = files("analysis.report")
STYLE = Markup((FOLDER / "page.css").read_text("utf-8"))


def environment() -> Environment:
    """Of every page of this package: `shell.html`, which they extend, and the sections of a run's."""

    def template(name: str) -> str:
        folder = FOLDER if name == "shell.html" else FOLDER / "sections"
        return (folder / name).read_text("utf-8")

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(template),
    )


def render(comparison: Comparison, log: RunLog, language: str, divergence: Divergence | None = None) -> str:
    """The page, opening in `language` ("en" or "es")."""
    jinja = environment()
    written_as = {
        "ms": wording.milliseconds,
        "ratio": lambda value: wording.ratios(value)[0],
        "proportion": wording.percent,
        **{f"quantity.{name}": write for name, write in wording.QUANTITIES.items()},
    }
    jinja.filters |= {
        "ms": wording.milliseconds,
        "ratio": written_as["ratio"],
        "percent": wording.percent,
        "size": wording.size,
        "scientific": wording.scientific,
        "as_given": wording.as_given,
        "usd": wording.usd,
        "thousands": wording.thousands,
        "rate": lambda value: wording.rates(value)[0],
        "plain": lambda value: wording.plain(value)[0],
        "rows": wording.flatten,
    }
    jinja.globals |= {
        "ratios": wording.ratios,
        "dollars": wording.dollars,
        "plain": wording.plain,
        "rates": wording.rates,
        "written_as": written_as,
        "first_visit": visits.first_visit,
        "least_ms": visits.least_ms,
    }
    template = jinja.from_string((FOLDER / "page.html").read_text("utf-8"))
    started = datetime.fromtimestamp(comparison.run.started, UTC)
    return template.render(
        language=language,
        sections=SECTIONS,
        divergence=divergence,
        css=STYLE,
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
        "networks": lambda width: networks.draw(
            comparison.networks, comparison.crossing, _wire(comparison), words, width
        ),
        "visits": lambda width: visits.draw(comparison.networks, words, width),
        "load": lambda width: load_figure.draw(
            comparison.load, comparison.scale.predictions if comparison.scale else [], words, width
        ),
        "cost": lambda width: cost.draw(comparison.cost, words, width) if comparison.cost else None,
        "thesis_times": lambda width: thesis.draw_times(comparison.thesis_means, words, width),
        "thesis_share": lambda width: thesis.draw_share(comparison.thesis_means, words, width),
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


def _wire(comparison: Comparison) -> Wire | None:
    """The cloud's format for the networks: the crossing's, else the headline's, else one that was measured there."""
    if comparison.crossing:
        return comparison.crossing.wire
    return comparison.headline_wire or next((wire for row in comparison.networks for wire in row.cloud), None)


def _glossary(comparison: Comparison) -> list[str]:
    """The steps, parts and starts that this report names, in the order in which a video meets them."""
    shown = {row.step for row in comparison.steps}
    shown |= {part.part for row in comparison.breakdowns for part in row.parts}
    shown |= {row.what for row in comparison.cold} | {row.part for row in comparison.cold_parts}
    shown |= {part.part for row in comparison.networks for visit in row.visits for part in visit.parts}
    order = [step for steps in STEPS_OF_PATH.values() for step in steps]
    return sorted(shown, key=lambda step: (order.index(step) if step in order else len(order), step))
