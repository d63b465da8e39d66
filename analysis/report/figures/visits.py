"""First visits by network: their parts, the first frame after them, and the least time that their bytes take."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.compare.comparison import NetworkResult, Visit
from analysis.report.figures.canvas import COLOUR, WIDE, new_figure, short, tick
from analysis.wording import Words

ROLE_OF_PART = {
    "visit_connect": "network",
    "visit_download": "gateway",
    "visit_compile": "worker",
    "visit_session": "inference",
    "visit_first_frame": "codec",
    "rest": "landmarks",
}
AFTERWARDS = "visit_first_frame"
BAR, ROW = 0.4, 48


def first_visit(network: NetworkResult) -> Visit | None:
    return next((visit for visit in network.visits if visit.what == "first_visit"), None)


def least_ms(network: NetworkResult, visit: Visit) -> float | None:
    """Milliseconds that the visit's bytes take at the rate that was measured, or else promised; None: unlimited."""
    measured = next((row.measured.value for row in network.calibration if row.quantity == "down_mbit"), None)
    rate = measured or (network.nominal.down_mbit if network.nominal else None)
    return visit.median_bytes * 8 / (rate * 1e6) * 1e3 if rate and visit.median_bytes else None


def _until_first_frame(visit: Visit) -> float:
    return max(visit.ms.median.value, sum(max(0.0, part.ms.median.value) for part in visit.parts))


def draw(networks: list[NetworkResult], words: Words, width: int) -> Figure | None:
    """None where no first visit was measured in a network."""
    rows = [(network, visit) for network in networks if (visit := first_visit(network))]
    if not rows:
        return None
    parts = list(dict.fromkeys(part.part for _, visit in rows for part in visit.parts))
    columns = 3 if width == WIDE else 1
    legend = 22 * -(-(len(parts) + 1) // columns)
    figure, (axis,) = new_figure(width, ROW * len(rows) + 60 + legend)
    longest = max(max(_until_first_frame(visit), least_ms(network, visit) or 0) for network, visit in rows)
    for position, (network, visit) in enumerate(rows):
        left = 0.0
        for part in sorted(visit.parts, key=lambda part: part.part == AFTERWARDS):
            length = max(0.0, part.ms.median.value)
            axis.barh(-position, length, BAR, left, color=COLOUR[ROLE_OF_PART[part.part]], linewidth=0)
            left += length
        if left == 0:
            left = visit.ms.median.value
            axis.barh(-position, left, BAR, color=COLOUR["edge"], linewidth=0)
        label = short(left)
        axis.text(left + longest * 0.012, -position, label, va="center", fontweight="bold")
        least = least_ms(network, visit)
        if least is not None:
            axis.plot([least] * 2, [-position - 0.3, -position + 0.3], color=COLOUR["text"], linewidth=2)
        axis.text(0, -position + BAR / 2 + 0.06, network.network, va="bottom")
    axis.set_xlim(0, longest * 1.24)
    axis.set_ylim(-len(rows) + 0.5, 0.75)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_locator(MaxNLocator(8 if width == WIDE else 4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axis.grid(axis="x")
    axis.set_axisbelow(True)
    handles: list = [Patch(color=COLOUR[ROLE_OF_PART[part]], label=words.step(part)) for part in parts]
    handles.append(Line2D([], [], color=COLOUR["text"], linewidth=2, label=words("figure.visits.least")))
    figure.legend(handles=handles, loc="outside lower left", ncols=columns, handlelength=1)
    return figure
