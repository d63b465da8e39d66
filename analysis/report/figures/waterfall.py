"""Where the time of a video goes: whole, where landmarks dominate, and again without them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.compare.comparison import Breakdown
from analysis.compare.times import EXTRACTION
from analysis.report.figures.canvas import CLOCK_MS, COLOUR, WIDE, new_figure, short, tick
from analysis.wording import Words

ROLE_OF_PART = {
    "decode": "decode",
    "landmarks": "landmarks",
    "inference": "inference",
    "worker": "worker",
    "encode": "codec",
    "parse": "codec",
    "round_trip": "round-trip",
    "network": "network",
    "gateway_own": "gateway",
    "lambda_own": "lambda",
    "sagemaker_own": "front",
    "endpoint_decode": "endpoint",
    "endpoint_queue": "endpoint",
    "endpoint_encode": "endpoint",
    "endpoint_inference": "inference",
}
LEGEND_OF_ROLE = {
    "decode": "step.decode.name",
    "landmarks": "step.landmarks.name",
    "inference": "legend.inference",
    "worker": "step.worker.name",
    "codec": "legend.codec",
    "round-trip": "step.round_trip.name",
    "network": "step.network.name",
    "gateway": "step.gateway_own.name",
    "lambda": "step.lambda_own.name",
    "front": "step.sagemaker_own.name",
    "endpoint": "legend.endpoint_other",
}
BAR, ROW = 0.46, 46
ROOM_FOR_TOTAL = 1.24


def draw(breakdowns: list[Breakdown], words: Words, width: int) -> Figure:
    roles = [ROLE_OF_PART[part.part] for row in breakdowns for part in row.parts]
    order = [role for role in LEGEND_OF_ROLE if role in roles]
    columns = 3 if width == WIDE else 1
    legend_height = 22 * -(-len(order) // columns)
    height = 2 * (ROW * len(breakdowns) + 72) + legend_height
    figure, (whole, zoom) = new_figure(width, height, rows=2)
    _panel(whole, breakdowns, words, words("figure.waterfall.whole"), everything=True)
    _panel(zoom, breakdowns, words, words("figure.waterfall.zoom"), everything=False)
    handles = [Patch(color=COLOUR[role], label=words(LEGEND_OF_ROLE[role])) for role in order]
    figure.legend(handles=handles, loc="outside lower left", ncols=columns, handlelength=1, borderaxespad=0.8)
    return figure


def _panel(axis: Axes, breakdowns: list[Breakdown], words: Words, title: str, everything: bool) -> None:
    medians = [(row.total if everything else row.after_landmarks).median.value for row in breakdowns]
    longest = max(*medians, CLOCK_MS)
    for position, (row, median) in enumerate(zip(breakdowns, medians, strict=True)):
        left = 0.0
        for part in row.parts:
            if part.part in EXTRACTION and not everything:
                continue
            length = max(part.ms.median.value, 0.0)
            axis.barh(-position, length, BAR, left, color=COLOUR[ROLE_OF_PART[part.part]], linewidth=0)
            if part.part == "landmarks":
                label = f"{words.step(part.part)} {short(length)}"
                axis.text(left + length / 2, -position, label, ha="center", va="center")
            left += length
        axis.text(0, -position + BAR / 2 + 0.06, words.path(row.path, row.wire), va="bottom")
        axis.text(left + longest * 0.012, -position, short(median), va="center", fontweight="bold")
    axis.set_xlim(0, longest * ROOM_FOR_TOTAL)
    axis.set_ylim(-len(breakdowns) + 0.6, 0.72)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axis.set_title(title, loc="left", fontsize=12, fontweight="bold", pad=10)
