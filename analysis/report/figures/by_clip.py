"""Browser against cloud, clip by clip, for the model alone: every run pale, the clip's median strong."""

from pathlib import PurePosixPath

import numpy as np
from matplotlib.figure import Figure

from analysis.compare import RunLog
from analysis.records import Wire
from analysis.report.figures.canvas import COLOUR, new_figure, on_log_axis, time_axis
from analysis.statistics import thinned
from analysis.wording import Words

LONGEST_NAME = 18
NAMED = 40  # more clips than this get thinner rows without names; the table of clips names them
MOST_DOTS = 100  # of a clip; more of them are one blot


def draw(log: RunLog, wire: Wire, words: Words, width: int) -> Figure | None:
    """None where no trial holds a warm answer of both paths."""
    edge, cloud = log.paired(lambda trials: trials.get("classify"), lambda trials: trials.cloud_total(wire))
    if not edge.values.size:
        return None
    rows = on_log_axis(np.stack([edge.values, cloud.values], axis=1))
    names = log.warm.clip_names(lambda trials: trials.get("classify") + trials.cloud_total(wire))
    by_clip = {name: thinned(rows[edge.clusters == index], MOST_DOTS) for index, name in enumerate(names)}
    clips = sorted(by_clip, key=lambda clip: float(np.median(by_clip[clip][:, 1])))
    row_height, dot = (20, 5) if len(clips) <= NAMED else (6, 3)
    figure, (axis,) = new_figure(width, row_height * len(clips) + 90)
    for column, (role, label) in enumerate((("edge", words.path("edge")), ("cloud", words.path("cloud", wire)))):
        for row, clip in enumerate(clips):
            runs = by_clip[clip][:, column]
            axis.plot(runs, np.full(runs.size, row), "o", ms=dot, mew=0, alpha=0.3, color=COLOUR[role])
        medians = [float(np.median(by_clip[clip][:, column])) for clip in clips]
        axis.plot(medians, range(len(clips)), "os"[column], ms=dot + 1, mew=0, color=COLOUR[role], label=label)
    values = np.concatenate(list(by_clip.values()))
    time_axis(axis, values)
    axis.set_xlabel(words("figure.clips.axis"))
    axis.set_ylim(-0.7, len(clips) - 0.3)
    axis.set_yticks(*((range(len(clips)), _short_names(clips)) if len(clips) <= NAMED else ([], [])))
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    figure.legend(loc="outside upper left", ncols=2, handletextpad=0.2)
    return figure


def _short_names(clips: list[str]) -> list[str]:
    """The files' names without folder and ending where they stay distinct, cut to fit beside the axis."""
    stems = [PurePosixPath(clip).stem for clip in clips]
    names = stems if len(set(stems)) == len(stems) else clips
    return [
        name if len(name) <= LONGEST_NAME else f"\N{HORIZONTAL ELLIPSIS}{name[1 - LONGEST_NAME :]}" for name in names
    ]
