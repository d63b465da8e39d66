"""The figures of the page. Each takes the study, the words and a width in CSS pixels; None where there is no data."""

from collections.abc import Callable, Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from recognizer.study.plan import FLOAT, INT8, PUBLISHED, TEACHER_WEIGHTS
from recognizer.study.report.canvas import COLOUR, INK, RULE, figure
from recognizer.study.report.words import NBSP, Words, milliseconds, size
from recognizer.study.summary import File, Row, Speed, Study

HEIGHT = 340
MARKS = {"cerca": ("ours", "o"), "published": ("published", "s")}
MOST_NAMED = 40
"""Classes whose names fit beside the confusion matrix."""


def accuracy_by_size(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.1: top-1 and its interval against the bytes of the float file."""
    points = [(row, _file(row, FLOAT)) for row in _variants(study)]
    return _against([(row, float(file.bytes)) for row, file in points if file], study, words, width, "bytes", size)


def accuracy_by_time(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.5: the same against the median time of an answer, under WebAssembly if it was measured there."""
    for runtime in ("wasm", "native"):
        points = [(row, speed(row, FLOAT, runtime)) for row in _variants(study)]
        found = [(row, timed.median_ms) for row, timed in points if timed]
        if found:
            return _against(found, study, words, width, runtime, milliseconds)
    return None


def curves(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.2: validation loss by epoch; the best size and the published recipe stand out."""
    drawn, axis = figure(width, HEIGHT)
    for row in sorted(_variants(study), key=lambda row: row.name == study.best):
        epochs, losses = zip(*[(point.epoch, point.validation_loss) for point in row.curve], strict=True)
        if None in losses:
            continue
        stands_out = row.name == study.best or row.recipe == "published"
        line = {"color": COLOUR["soft"], "lw": 0.9}
        if stands_out:
            dashes = "--" if row.recipe == "published" and row.variant != PUBLISHED[0] else "-"
            line = {"color": COLOUR[MARKS[row.recipe][0]], "lw": 2, "ls": dashes, "label": row.name}
        axis.plot(epochs, losses, **line)
    axis.plot([], [], color=COLOUR["soft"], lw=0.9, label=words("legend.other_sizes"))
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _finish(drawn, axis, words("axis.epoch"), words("axis.validation_loss"), width)


def distillation(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.3: top-1 of the students against the teacher's share of the loss; 0 is the size without a teacher."""
    students = sorted({row.variant for row in study.of_part("distillation")})
    if not students:
        return None
    drawn, axis = figure(width, HEIGHT)
    for number, (variant, role) in enumerate(zip(students, ("ours", "published", "student"), strict=False)):
        rows = [
            row for row in study.rows if row.variant == variant and row.recipe == "cerca" and row.part != "ablation"
        ]
        rows.sort(key=lambda row: row.teacher_weight)
        x = np.array([row.teacher_weight for row in rows]) + 0.012 * number
        axis.errorbar(x, *_shares(rows), color=COLOUR[role], marker="os^"[number], capsize=3, lw=1.5, label=variant)
    axis.set_xticks([0, *TEACHER_WEIGHTS])
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}{NBSP}%"))
    return _finish(drawn, axis, words("axis.teacher_weight"), words("axis.top1"), width)


def sizes(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.4: bytes of the float and the int8 file of every size."""
    rows = [row for row in study.of_part("variants", "cerca") or _variants(study) if _file(row, INT8)]
    if not rows:
        return None
    rows.sort(key=lambda row: -_file(row, FLOAT).bytes)
    drawn, axis = figure(width, 42 * len(rows) + 80)
    places = np.arange(len(rows))
    for shift, name, role in ((-0.2, FLOAT, "published"), (0.2, INT8, "ours")):
        values = [_file(row, name).bytes for row in rows]
        bars = axis.barh(places + shift, values, 0.36, color=COLOUR[role], label=words.file(name))
        axis.bar_label(bars, [size(value) for value in values], padding=3, fontsize=10)
    axis.set_yticks(places, [row.variant for row in rows])
    axis.invert_yaxis()
    axis.set_xlim(right=1.25 * _file(rows[0], FLOAT).bytes)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: size(value) if value else "0"))
    return _finish(drawn, axis, words("axis.bytes"), None, width)


def confusion(study: Study, words: Words, width: int) -> Figure | None:
    """Figure 4.6: rows are the true signs, columns the answers; each row's shares of its clips."""
    counts = np.array(study.confusion)
    shown = np.flatnonzero(counts.sum(0) + counts.sum(1))
    counts = counts[np.ix_(shown, shown)]
    labels = [study.labels[i] for i in shown]
    drawn, axis = figure(width, min(width, 620))
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    for (row, column), share in np.ndenumerate(shares):
        if share:
            role = "ours" if row == column else "published"
            square = {"color": COLOUR[role], "alpha": round(0.15 + 0.85 * float(share), 3), "lw": 0}
            axis.fill_between([column - 0.5, column + 0.5], row - 0.5, row + 0.5, **square)
    axis.set(xlim=(-0.5, len(labels) - 0.5), ylim=(len(labels) - 0.5, -0.5), aspect="equal")
    named = len(labels) <= (MOST_NAMED if width > 500 else MOST_NAMED // 2)
    font = {"fontsize": 10 if len(labels) <= MOST_NAMED // 2 else 7, "parse_math": False}
    axis.set_xticks(range(len(labels)) if named else [], labels if named else [], rotation=90, **font)
    axis.set_yticks(range(len(labels)) if named else [], labels if named else [], **font)
    return _finish(drawn, axis, words("axis.answer"), words("axis.truth"), width, legend=False)


DRAWINGS: dict[str, Callable[[Study, Words, int], Figure | None]] = {
    "accuracy_by_size": accuracy_by_size,
    "curves": curves,
    "distillation": distillation,
    "sizes": sizes,
    "accuracy_by_time": accuracy_by_time,
    "confusion": confusion,
}


def speed(row: Row, file: str, runtime: str) -> Speed | None:
    """How long `file` of this row took in `runtime`; None where it was not measured."""
    found = _file(row, file)
    return next((timed for timed in found.speed if timed.runtime == runtime), None) if found else None


def _against(
    points: list[tuple[Row, float]], study: Study, words: Words, width: int, axis_name: str, write: Callable
) -> Figure | None:
    """Top-1 with its interval over `points` (row, x) on a logarithmic axis, each named."""
    if not points:
        return None
    drawn, axis = figure(width, HEIGHT + 40)
    for recipe, (role, marker) in MARKS.items():
        chosen = [(row, x) for row, x in points if row.recipe == recipe]
        if not chosen:
            continue
        rows, x = zip(*chosen, strict=True)
        top1, spread = _shares(rows)
        style = {"color": COLOUR[role], "marker": marker, "ls": "", "capsize": 3, "lw": 1}
        axis.errorbar(x, top1, spread, label=words(f"recipe.{recipe}"), **style)
        for row, place, height in zip(rows, x, top1, strict=True):
            text = row.variant.removesuffix("FF")
            axis.annotate(text, (place, height), (5, 3), textcoords="offset points", fontsize=9, color=INK)
    values = [x for _, x in points]
    axis.set_xscale("log")
    axis.set_xlim(min(values) / 1.3, max(values) * (1.5 if width > 500 else 2))
    axis.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if max(values) / min(values) < 60 else (1,)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value).replace(".00", "")))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}{NBSP}%"))
    return _finish(drawn, axis, words(f"axis.{axis_name}"), words("axis.top1"), width)


def _finish(drawn: Figure, axis: Axes, x: str, y: str | None, width: int, legend: bool = True) -> Figure:
    axis.set_xlabel(x)
    if y:
        axis.set_ylabel(y)
    if legend:
        axis.grid(color=RULE)
        drawn.legend(loc="outside upper left", ncols=4 if width > 500 else 2, fontsize=11, handletextpad=0.4)
    return drawn


def _shares(rows: Iterable[Row]) -> tuple[list[float], np.ndarray]:
    """Top-1 [k] and the distances [2, k] to the ends of its intervals."""
    found = [row.accuracy for row in rows]
    spread = [[each.top1 - each.low for each in found], [each.high - each.top1 for each in found]]
    return [each.top1 for each in found], np.maximum(np.array(spread), 0)


def _variants(study: Study) -> list[Row]:
    return [row for row in study.rows if row.part == "variants"]


def _file(row: Row, name: str) -> File | None:
    return next((file for file in row.files if file.file == name), None)
