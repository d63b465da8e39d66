"""How much single warm requests vary: cumulative distributions of the model alone, by path and wire."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.compare import RunLog
from analysis.report.figures.canvas import COLOUR, WIDE, new_figure, on_log_axis, time_axis
from analysis.statistics import thinned
from analysis.wording import Words

HEIGHT = 300
LINES = {"edge": ("edge", "-"), "cloud npy": ("cloud", "--"), "cloud json": ("cloud-json", ":")}


def draw(log: RunLog, words: Words, width: int) -> Figure | None:
    """None where there is no warm answer."""
    series = {("edge", None): log.samples(lambda trial: trial.get("classify")).values}
    for wire in log.wires():
        series["cloud", wire] = log.samples(lambda trial, wire=wire: trial.get("round_trip", wire)).values
    series = {key: thinned(values, 2000) for key, values in series.items() if values.size}
    if not series:
        return None
    figure, (axis,) = new_figure(width, HEIGHT)
    for (path, wire), values in series.items():
        role, line = LINES[f"{path} {wire}" if wire else path]
        axis.ecdf(on_log_axis(values), color=COLOUR[role], linestyle=line, linewidth=2.2, label=words.path(path, wire))
    time_axis(axis, np.concatenate(list(series.values())))
    axis.set_xlabel(words("figure.spread.axis"))
    axis.set_ylabel(words("figure.spread.share"))
    axis.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axis.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axis.set_ylim(0, 1.02)
    columns = len(series) if width == WIDE else 2
    figure.legend(loc="outside upper left", ncols=columns, columnspacing=1.2)
    return figure
