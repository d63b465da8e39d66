"""Matplotlib -> SVG inside the page, in the page's own colours, light and dark.

Matplotlib cannot write CSS variables: figures are drawn in one stand-in colour a role, and `svg` puts `var(--role)` in
its place.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import matplotlib
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

WIDE, NARROW = 720, 330
"""CSS pixels: the page's text column, and a 360 px telephone without its margins."""
ROLES = ("ink", "rule", "ours", "published", "student", "soft")
COLOUR = {role: f"#0a0b{number:02x}" for number, role in enumerate(ROLES, start=16)}
INK, RULE = COLOUR["ink"], COLOUR["rule"]


@contextmanager
def style() -> Iterator[None]:
    """Matplotlib's settings while figures are drawn; outside, they are the caller's own."""
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "cerca",
        "font.family": "DejaVu Sans",
        "font.size": 12,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.linewidth": 0.6,
    }
    settings |= dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), INK)
    settings |= dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), RULE)
    settings |= dict.fromkeys(("figure.facecolor", "axes.facecolor"), "none")
    with matplotlib.rc_context(settings):
        yield


def figure(width: int, height: int) -> tuple[Figure, Axes]:
    """A transparent figure of `width` x `height` CSS pixels."""
    drawn = Figure((width / 72, height / 72), dpi=72, layout="constrained")
    return drawn, drawn.subplots()


def svg(drawn: Figure, key: str, title: str, description: str) -> Markup:
    """The figure as accessible inline SVG; `key` makes its ids unique in the page."""
    text = StringIO()
    FigureCanvasSVG(drawn).print_svg(text, metadata={"Date": None})
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text.getvalue(), flags=re.DOTALL)
    opening = re.search(r'<svg[^>]*(viewBox="[^"]+")[^>]*>', body)
    body = body[opening.end() :].replace("xlink:href", "href").replace("'DejaVu Sans'", "system-ui, sans-serif")
    body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", body)
    for role, colour in COLOUR.items():
        body = body.replace(colour, f"var(--{role})")
    head = f'<svg {opening[1]} role="img" aria-labelledby="{key}-title {key}-text">'
    words = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-text">{escape(description)}</desc>'
    return Markup(head + words + re.sub(r"\s*\n\s*", " ", body))
