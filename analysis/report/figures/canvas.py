"""Matplotlib -> SVG that lives inside the page: its text and colours follow the page's, in light and dark.

Matplotlib cannot write CSS variables, so figures are drawn in sentinel colours, one a role, which `to_svg`
replaces by `currentColor` and `var(--role)`; `page.css` gives the roles their colours.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import matplotlib
import numpy as np
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from analysis.statistics import Floats
from analysis.wording import significant

WIDE, NARROW = 720, 330  # px: the page's text column, and a 360 px telephone without its margins
CLOCK_MS = 0.005  # the finest step of performance.now(), on a cross-origin isolated page
DPI = 72  # one point is one CSS pixel
ROLES = (
    *("text", "rule", "edge", "cloud", "cloud-json", "decode", "landmarks", "inference", "worker", "codec"),
    *("network", "gateway", "lambda", "front", "endpoint", "round-trip"),
)
COLOUR = {role: f"#0102{index + 16:02x}" for index, role in enumerate(ROLES)}
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cerca",
    "font.size": 12,
    "font.family": "DejaVu Sans",  # ships with matplotlib, wider than the page's fonts: nothing will overlap
    "text.color": COLOUR["text"],
    "axes.labelcolor": COLOUR["text"],
    "axes.edgecolor": COLOUR["rule"],
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": COLOUR["rule"],
    "ytick.color": COLOUR["rule"],
    "xtick.labelcolor": COLOUR["text"],
    "ytick.labelcolor": COLOUR["text"],
    "grid.color": COLOUR["rule"],
    "grid.linewidth": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
    "legend.labelcolor": COLOUR["text"],
    "legend.fontsize": 12,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings while a figure is drawn and written; outside, they are the caller's own."""
    with matplotlib.rc_context(STYLE):
        yield


def new_figure(width: int, height: int, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """A transparent figure of `width` x `height` CSS pixels and its axes, top to bottom."""
    figure = Figure((width / DPI, height / DPI), dpi=DPI, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, hspace=0.12)
    axes = figure.subplots(rows, squeeze=False)[:, 0]
    return figure, list(axes)


def on_log_axis(ms: Floats) -> Floats:
    """Times for a logarithmic axis, which cannot show the zero that a coarse clock may give."""
    return np.maximum(ms, CLOCK_MS)


def time_axis(axis: Axes, ms: Floats) -> None:
    """A logarithmic x axis that holds the times `ms`, with ticks written as times."""
    low, high = float(on_log_axis(ms).min()), float(on_log_axis(ms).max())
    axis.set_xscale("log")
    axis.set_xlim(low / 1.25, high * 1.25)
    within_two_decades = high / low < 100
    axis.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if within_two_decades else (1,)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.grid(axis="x")
    axis.set_axisbelow(True)


def tick(value: float) -> str:
    """A time for an axis: `0.5 ms`, `20 ms`, `2 s`."""
    scale, unit = (1000, "s") if value >= 1000 else (1, "ms")
    return f"{value / scale:g} {unit}"


def short(value: float) -> str:
    """A time for a label in a figure, to two or three digits."""
    scale, unit = (1000, "s") if value >= 1000 else (1, "ms")
    return f"{significant(value / scale)} {unit}"


def to_svg(figure: Figure, key: str, title: str, description: str) -> Markup:
    """The figure as accessible inline SVG; `key` makes its ids unique in the page."""
    text = StringIO()
    FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    view_box = re.search(r'viewBox="[^"]+"', svg)[0]
    head = (
        f'<svg {view_box} role="img" aria-labelledby="{key}-title {key}-text">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-text">{escape(description)}</desc>'
    )
    body = svg[svg.index(">") + 1 :]
    body = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{key}-", body).replace("xlink:href", "href")
    body = body.replace("'DejaVu Sans'", "system-ui, sans-serif")
    for role, colour in COLOUR.items():
        body = body.replace(colour, "currentColor" if role == "text" else f"var(--{role})")
    return Markup(head + re.sub(r"\s*\n\s*", " ", body))
