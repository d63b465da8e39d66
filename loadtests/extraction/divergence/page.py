"""`Divergence` -> one self-contained HTML page in both languages: no script, nothing loaded."""

import json
from importlib.resources import files

import numpy as np
from markupsafe import Markup

from analysis.report.page import STYLE, environment
from analysis.wording import LANGUAGES, flatten, percent, significant
from loadtests.extraction.divergence.divergence import Divergence, clip_rows
from loadtests.extraction.divergence.picture import draw
from loadtests.extraction.divergence.points import PARTS
from loadtests.extraction.divergence.worst import WorstFrame

FOLDER = files("loadtests.extraction.divergence")


class Words:
    """The strings of one language: `words("parts.face")`, `words("lead", clips=18)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._strings = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))

    def __call__(self, key: str, **values: object) -> str:
        found = self._strings
        for name in key.split("."):
            found = found[name]
        return found.format(**values)


def render(divergence: Divergence, language: str) -> str:
    """The page, opening in `language` ("en" or "es")."""
    jinja = environment()
    jinja.filters |= {
        "number": significant,
        "percent": percent,
        "p": _p_value,
        "median": _median,
        "rows": flatten,
    }
    pages = []
    for each in LANGUAGES:
        words = Words(each)
        captions = [_caption(worst, divergence.names, words) for worst in divergence.worst]
        pages.append({"words": words, "captions": captions})
    drawings = [draw(worst, pages[0]["captions"][k]) for k, worst in enumerate(divergence.worst)]
    return jinja.from_string((FOLDER / "page.html").read_text("utf-8")).render(
        language=language,
        css=STYLE + Markup((FOLDER / "page.css").read_text("utf-8")),
        pages=pages,
        d=divergence,
        drawings=drawings,
        rows=clip_rows(divergence),
        parts=PARTS,
        sizes=", ".join(f"{size} ({clips})" for size, clips in divergence.sizes.items()),
    )


def _caption(worst: WorstFrame, names: tuple[str, str], words: Words) -> str:
    values = {"clip": worst.pair.clip.name, "frame": worst.frame, "part": words(f"part.{worst.part}")}
    if worst.kind == "apart":
        return words("caption.apart", gap=significant(worst.gap_px), **values)
    finder, other = (words(f"engine.{name}") for name in (names if worst.found_by_first else names[::-1]))
    return words("caption.missed", finder=finder, other=other, **values)


def _median(gaps: np.ndarray) -> str:
    found = gaps[~np.isnan(gaps)]
    return significant(float(np.median(found))) if found.size else "\N{EN DASH}"


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
