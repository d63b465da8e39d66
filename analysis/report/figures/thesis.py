"""The thesis's figures 4.7 (time of a prediction by path, mean and deviation) and 4.8 (where a video's time goes),
in its form, with this run's beside its own."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.compare.comparison import ThesisMean
from analysis.report.figures.canvas import CLOCK_MS, COLOUR, new_figure, short, time_axis
from analysis.wording import Words, percent

BAR, ROW = 0.36, 58
TIMES = ("browser_prediction", "cloud_prediction")
ROLES = {"browser_prediction": "edge", "cloud_prediction": "cloud"}


def draw_times(rows: list[ThesisMean], words: Words, width: int) -> Figure | None:
    """Figure 4.7; None without a time of this run."""
    times = [row for row in rows if row.figure in TIMES and row.mean is not None]
    if not times:
        return None
    figure, (axis,) = new_figure(width, 2 * ROW * len(times) + 50)
    bars = [
        (row, whose, mean, deviation)
        for row in times
        for whose, mean, deviation in (
            ("thesis", row.thesis_mean, row.thesis_deviation),
            ("here", row.mean, row.deviation),
        )
    ]
    values = np.array([mean for *_, mean, _ in bars])
    time_axis(axis, np.concatenate([values, values * 2.5, values / 3]))
    for position, (row, whose, mean, deviation) in enumerate(bars):
        start, colour = axis.get_xlim()[0], COLOUR[ROLES[row.figure]]
        mean = max(mean, CLOCK_MS)
        axis.barh(-position, mean - start, BAR, start, color=colour, alpha=1 if whose == "here" else 0.45, linewidth=0)
        label = f"{words.path(ROLES[row.figure])}, {words('column.' + whose).lower()}: {short(mean)}"
        if deviation is not None:
            low = max(mean - deviation, start)
            axis.plot([low, mean + deviation], [-position] * 2, color=COLOUR["text"], linewidth=1.5)
            label += f" ± {short(deviation)}"
        axis.text(0.005, -position + BAR / 2 + 0.04, label, va="bottom", transform=axis.get_yaxis_transform())
    _bare(axis, len(bars))
    axis.set_xlabel(words("figure.thesis_times.axis"))
    return figure


def draw_share(rows: list[ThesisMean], words: Words, width: int) -> Figure | None:
    """Figure 4.8; None without a share of this run."""
    row = next((row for row in rows if row.figure == "landmark_share" and row.mean is not None), None)
    if row is None:
        return None
    figure, (axis,) = new_figure(width, 2 * ROW + 60)
    for position, (whose, share) in enumerate((("thesis", row.thesis_mean), ("here", row.mean))):
        axis.barh(-position, share, BAR, color=COLOUR["landmarks"], linewidth=0)
        axis.barh(-position, 1 - share, BAR, share, color=COLOUR["inference"], linewidth=0)
        label = f"{words('column.' + whose)}: {percent(share)}"
        axis.text(0, -position + BAR / 2 + 0.04, label, va="bottom")
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    _bare(axis, 2)
    return figure


def _bare(axis: Axes, rows: int) -> None:
    axis.set_ylim(-rows + 0.6, 0.7)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
