"""Latency of the model alone against the network's round trip, by path, with the line and where the paths cross."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.compare.comparison import Crossing, NetworkResult
from analysis.records import Wire
from analysis.report.figures.canvas import COLOUR, WIDE, new_figure, tick
from analysis.statistics import Estimate
from analysis.wording import Words

HEIGHT = 330
LEGEND_ROW = 22


def measured_round_trip(network: NetworkResult) -> Estimate | None:
    return next((row.measured for row in network.calibration if row.quantity == "rtt_ms"), None)


def draw(
    networks: list[NetworkResult], crossing: Crossing | None, wire: Wire | None, words: Words, width: int
) -> Figure | None:
    """None below two networks whose round trip was measured."""
    known = [(measured_round_trip(each).value, each) for each in networks if measured_round_trip(each)]
    known = [(rtt, each) for rtt, each in known if each.edge or wire in each.cloud]
    if len(known) < 2:
        return None
    figure, (axis,) = new_figure(width, HEIGHT + (0 if width == WIDE else LEGEND_ROW))
    edge = [(rtt, each.edge.median) for rtt, each in known if each.edge]
    cloud = [(rtt, each.cloud[wire].median) for rtt, each in known if wire in each.cloud]
    _points(axis, edge, "edge", "o", words.path("edge"))
    _points(axis, cloud, "cloud", "s", words.path("cloud", wire))
    longest = max(rtt for rtt, _ in known) * 1.05
    if crossing:
        x = np.array([0, longest])
        line = crossing.at_no_rtt_ms.value + crossing.round_trips.value * x
        axis.plot(x, line, color=COLOUR["cloud"], linewidth=1.2, linestyle="--")
        axis.axhline(crossing.edge_ms.value, color=COLOUR["edge"], linewidth=1.2, linestyle="--")
        at = crossing.rtt_ms
        if 0 < at.value < longest:
            axis.axvline(at.value, color=COLOUR["text"], linewidth=0.8)
            if at.interval:
                axis.axvspan(max(0, at.interval.low), min(longest, at.interval.high), color=COLOUR["rule"], alpha=0.5)
            axis.text(at.value, axis.get_ylim()[1], " " + tick(round(at.value, 1)), va="top")
    axis.set_xlim(0, longest)
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(8 if width == WIDE else 4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axis.set_xlabel(words("figure.networks.axis"))
    axis.set_ylabel(words("figure.networks.time"))
    axis.grid(axis="y")
    axis.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=2, columnspacing=1.2)
    return figure


def _points(axis: Axes, points: list[tuple[float, Estimate]], role: str, marker: str, label: str) -> None:
    if not points:
        return
    x, y = [rtt for rtt, _ in points], [median.value for _, median in points]
    spread = [
        (median.value - median.interval.low, median.interval.high - median.value) if median.interval else (0, 0)
        for _, median in points
    ]
    axis.errorbar(x, y, np.array(spread).T, fmt=marker, ms=6, mew=0, color=COLOUR[role], elinewidth=1.5, label=label)
