"""Cold starts of both sides on one axis, with a warm answer for scale."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.compare.cold import ColdSamples
from analysis.report.figures.canvas import COLOUR, new_figure, on_log_axis, short, time_axis
from analysis.statistics import thinned
from analysis.wording import Words

ROW = 34


def draw(starts: list[ColdSamples], warm: dict[str, float], words: Words, width: int) -> Figure:
    """`warm` holds the median warm time, ms, of each path that has one."""
    rows = [(start.path, words.step(start.what), start.ms) for start in starts]
    rows += [(path, words("figure.cold.warm"), np.array([ms])) for path, ms in warm.items()]
    figure, (axis,) = new_figure(width, ROW * len(rows) + 95)
    for position, (path, name, ms) in enumerate(rows):
        drawn = on_log_axis(thinned(ms))
        median = float(np.median(drawn))
        axis.axhline(-position, color=COLOUR["rule"], linewidth=0.5, zorder=0)
        axis.plot(drawn, np.full(drawn.size, -position), "o", ms=6, mew=0, alpha=0.45, color=COLOUR[path])
        axis.plot([median] * 2, [-position - 0.22, -position + 0.22], color=COLOUR[path], linewidth=2.5)
        label = f"{name}: {short(float(np.median(ms)))}"
        axis.text(0.005, -position + 0.24, label, va="bottom", transform=axis.get_yaxis_transform())
    time_axis(axis, np.concatenate([ms for *_, ms in rows]))
    axis.set_xlabel(words("figure.cold.axis"))
    axis.set_ylim(-len(rows) + 0.5, 0.8)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    handles = [Patch(color=COLOUR[path], label=words.path(path)) for path in dict.fromkeys(path for path, *_ in rows)]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, handlelength=1)
    return figure
