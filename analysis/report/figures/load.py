"""Throughput and latency of the loads: median and p90 by rate, the knee, and the knee that the model predicts."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from analysis.compare.comparison import LoadResult
from analysis.report.figures.canvas import COLOUR, new_figure, on_log_axis, tick
from analysis.scale.result import KneePrediction
from analysis.wording import Words

PANEL = 230
ROOM = 60


def draw(loads: list[LoadResult], predictions: list[KneePrediction], words: Words, width: int) -> Figure | None:
    """A panel for each load of at least two stages with answers; None without any."""
    drawn = [load for load in loads if len(load.curve) > 1]
    if not drawn:
        return None
    predicted = {each.load: each.knee for each in predictions}
    figure, axes = new_figure(width, PANEL * len(drawn) + ROOM, rows=len(drawn))
    for axis, load in zip(axes, drawn, strict=True):
        rates = [point.rate for point in load.curve]
        medians = on_log_axis([point.median.value for point in load.curve])
        axis.plot(rates, medians, "o-", ms=5, color=COLOUR["cloud"], label=words("column.median"))
        tails = [(point.rate, point.p90.value) for point in load.curve if point.p90]
        if tails:
            axis.plot(*zip(*tails, strict=True), "s--", ms=5, color=COLOUR["cloud-json"], label=words("column.p90"))
        if load.knee:
            axis.axvline(load.knee.rate, color=COLOUR["text"], linewidth=1.2, label=words("figure.load.knee"))
        if load.load in predicted:
            knee = predicted[load.load]
            axis.axvline(
                knee.value, color=COLOUR["edge"], linewidth=1.2, linestyle=":", label=words("figure.load.model")
            )
            if knee.interval:
                axis.axvspan(knee.interval.low, knee.interval.high, color=COLOUR["edge"], alpha=0.15, linewidth=0)
        axis.set_yscale("log")
        axis.set_title(load.load, loc="left", fontsize=12)
        axis.set_xlim(left=0)
        low, high = axis.get_ylim()
        axis.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if high / low < 100 else (1,)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
        axis.yaxis.set_minor_formatter(lambda *_: "")
        axis.set_ylabel(words("figure.load.time"))
        axis.grid(axis="y")
        axis.set_axisbelow(True)
    axes[-1].set_xlabel(words("figure.load.axis"))
    handles: dict[str, object] = {}
    for axis in axes:
        handles |= dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside upper left", ncols=2, columnspacing=1.2)
    return figure
