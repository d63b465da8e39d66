"""What a month costs against its users, by option, both axes logarithmic."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.cost.result import Cost
from analysis.report.figures.canvas import COLOUR, WIDE, new_figure
from analysis.wording import Words, thousands, usd

HEIGHT = 310
LINES = {"edge": ("edge", "o-"), "serverless": ("cloud", "s--"), "realtime": ("cloud-json", "^:")}


def draw(cost: Cost, words: Words, width: int) -> Figure:
    figure, (axis,) = new_figure(width, HEIGHT + (0 if width == WIDE else 44))
    for option in cost.options:
        role, style = LINES[option.option]
        users = [month.users for month in option.months]
        dollars = [month.usd.value for month in option.months]
        axis.plot(users, dollars, style, ms=5, color=COLOUR[role], label=words(f"option.{option.option}"))
        if all(month.usd.interval for month in option.months):
            ends = [[getattr(month.usd.interval, end) for month in option.months] for end in ("low", "high")]
            axis.fill_between(users, *ends, color=COLOUR[role], alpha=0.2, linewidth=0)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: usd(value)))
    axis.minorticks_off()
    axis.set_xlabel(words("figure.cost.axis"))
    axis.set_ylabel(words("figure.cost.month"))
    axis.grid(axis="y")
    axis.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=3 if width == WIDE else 1, columnspacing=1.2)
    return figure
