"""A study in the terminal: its plan, its progress, what it found."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from recognizer.study.plan import Run
from recognizer.study.report.words import percent, points, probability, size
from recognizer.study.runner import State
from recognizer.study.summary import Comparison, Study


def print_plan(runs: Sequence[Run], console: Console) -> None:
    """The runs, a line each."""
    table = Table("run", "part", "recipe", "epochs, at most", "taught by the best of", box=None, pad_edge=False)
    for run in runs:
        teachers = f"{len(run.teachers)} runs" if run.teachers else ""
        table.add_row(Text(run.id), run.part, run.recipe, str(run.settings["epochs"]), teachers)
    console.print(table)
    console.print(f"{len(runs)} runs.", highlight=False)


@contextmanager
def watching(console: Console) -> Iterator[tuple[Callable[[State], None], Callable[[str], None]]]:
    """A bar for the study and one for each run under way; yields what to call on a change and on a new stage."""
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[note]}")
    progress = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
    with progress:
        whole = progress.add_task("study", total=None, note="")
        bars: dict[str, TaskID] = {}

        def on_change(state: State) -> None:
            over = len(state.results) + len(state.failed)
            note = f"{over}/{len(state.runs)} runs{_left(state)}"
            progress.update(whole, total=len(state.runs), completed=over, note=note)
            for id_ in set(bars) - set(state.running):
                progress.remove_task(bars.pop(id_))
                reason = state.failed.get(id_)
                if reason:
                    progress.console.print(f"{id_} failed: {reason}", style="red", markup=False, highlight=False)
            for id_, job in state.running.items():
                if id_ not in bars:
                    bars[id_] = progress.add_task(id_, total=1, note="")
                progress.update(bars[id_], completed=job.progress())

        def on_stage(text: str) -> None:
            progress.update(whole, description=text, note="")

        yield on_change, on_stage


def print_study(study: Study, page: Path, console: Console) -> None:
    """Accuracy of every size, what changed it, and where the report is."""
    sizes = Table("variant", "recipe", "n", "top-1", "95 % interval", "top-5", "float", box=None, pad_edge=False)
    for row in study.rows:
        if row.part == "variants":
            share = row.accuracy
            interval = f"{percent(share.low)} to {percent(share.high)}"
            numbers = (f"{share.n}", percent(share.top1), interval, percent(share.top5), size(row.files[0].bytes))
            sizes.add_row(row.variant, row.recipe, *numbers, style="bold" if row.name == study.best else "")
    console.print(sizes)
    int8 = [file.against_float for row in study.rows if row.name == study.best for file in row.files[1:2]]
    pairs = [*study.recipes, *study.distilled, *study.ablated, *int8]
    if pairs:
        console.print(_differences(pairs))
    for id_, reason in study.failed.items():
        console.print(f"{id_} failed: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
    for reason in study.not_measured:
        console.print(f"Note: {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    console.print(f"\n{page}", markup=False, highlight=False, soft_wrap=True)


def _differences(pairs: Sequence[Comparison]) -> Table:
    table = Table("", "beside", "points", "95 % interval", "p (McNemar)", "n", box=None, pad_edge=False)
    for pair in pairs:
        interval = f"{points(pair.low)} to {points(pair.high)}"
        numbers = (points(pair.difference), interval, probability(pair.p), str(pair.n))
        table.add_row(pair.second, pair.first, *numbers)
    return table


def _left(state: State) -> str:
    """The estimate of the rest, once there is something to estimate it from."""
    seconds = state.left(time.monotonic())
    if seconds is None:
        return ""
    return f", about {seconds / 60:.0f} min left" if seconds > 90 else ", about a minute left"
