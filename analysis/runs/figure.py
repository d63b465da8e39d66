"""Every ratio to the first run on one axis, with its interval."""

from string import ascii_uppercase

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from analysis.report.figures.canvas import COLOUR, new_figure
from analysis.runs.comparison import RunsComparison
from analysis.runs.labels import metric_label
from analysis.wording import Words, significant

ROW = 32
MOST_ROWS = 60
COLOUR_OF_MARK = {"regression": COLOUR["edge"], "improvement": COLOUR["cloud"]}


def draw(comparison: RunsComparison, words: Words, width: int) -> Figure | None:
    """None where no ratio has an interval."""
    several = len(comparison.runs) > 2
    rows = [
        (metric_label(row.metric, words) + (f" · {letter}" if several else ""), cell)
        for row in comparison.metrics
        for letter, cell in zip(ascii_uppercase, row.runs, strict=False)
        if cell.ratio and cell.ratio.interval
    ][:MOST_ROWS]
    if not rows:
        return None
    figure, (axis,) = new_figure(width, ROW * len(rows) + 60)
    axis.axvline(1, color=COLOUR["rule"], linewidth=1.5, zorder=0)
    for position, (label, cell) in enumerate(rows):
        interval, colour = cell.ratio.interval, COLOUR_OF_MARK.get(cell.mark, COLOUR["decode"])
        axis.plot([interval.low, interval.high], [-position] * 2, color=colour, linewidth=2.5)
        axis.plot([cell.ratio.value], [-position], "o", ms=7, mew=0, color=colour)
        text = axis.text(0.005, -position + 0.2, label, va="bottom", transform=axis.get_yaxis_transform())
        text.set_in_layout(False)  # a long name may leave the figure, but not squeeze its axis
    ends = [end for _, cell in rows for end in (cell.ratio.interval.low, cell.ratio.interval.high)]
    axis.set_xscale("log")
    axis.set_xlim(min(0.9, *ends) / 1.03, max(1.1, *ends) * 1.03)
    axis.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(value)))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xlabel(words("figure.axis"))
    axis.set_ylim(-len(rows) + 0.4, 0.9)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    return figure
