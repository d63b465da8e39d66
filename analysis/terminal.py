"""Comparisons in the terminal: the same numbers as `report.json` and `comparison.json`, through rich."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.compare.comparison import Comparison
from analysis.runs.comparison import RunsComparison
from analysis.thresholds import Judged
from analysis.verdict import verdict
from analysis.wording import Words, milliseconds, percent, ratios, size


def print_summary(comparison: Comparison, console: Console, language: str = "en") -> None:
    """Prints the verdict, what both paths cost, cold starts and accuracy; a table without rows is left out."""
    words = Words(language)
    said = verdict(comparison, words)
    console.print()
    if not comparison.run.completed:
        console.print(words("banner.cut_short"), style="bold yellow")
    console.print(said.headline, style="bold", highlight=False)
    console.print()
    for table_of in (_speedups, _parts, _cold, _accuracy):
        table = table_of(comparison, words)
        if table.row_count:
            console.print(table)
            console.print()
    for finding in said.findings:
        console.print(Text.assemble((f"{finding.lead}. ", "bold"), finding.text))
    for notice in comparison.notices:
        console.print(Text(words(f"notice.{notice.code}", **notice.values), style="dim"))
    for failure in comparison.failures:
        console.print(Text(f"{failure.clip or failure.trial}: {failure.message}", style="red"))


def _table(words: Words, title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(words(f"column.{column}"), justify="right" if index else "left")
    return table


def _speedups(comparison: Comparison, words: Words) -> Table:
    table = _table(words, words("section.alone"), "comparison", "browser", "cloud", "ratio", "interval", "n")
    for row in comparison.speedups:
        table.add_row(
            f"{words(f'scope.{row.scope}')}, {words.path('cloud', row.wire)}",
            milliseconds(row.edge.median.value),
            milliseconds(row.cloud.median.value),
            ratios(row.ratio.value)[0] if row.ratio else words("none"),
            words.cell(row.ratio, ratios) if row.ratio else words("none"),
            str(row.edge.n),
            style="bold" if row.headline else None,
        )
    return table


def _parts(comparison: Comparison, words: Words) -> Table:
    """The browser's parts and those of the cloud over its fastest wire; the report has the other wire too."""
    table = _table(words, words("section.time"), "part", "median", "interval", "p90", "n")
    for breakdown in comparison.breakdowns:
        if breakdown.wire not in (None, comparison.headline_wire):
            continue
        table.add_row(words.path(breakdown.path, breakdown.wire), style="bold")
        for name, summary in [(part.part, part.ms) for part in breakdown.parts] + [("", breakdown.total)]:
            table.add_row(
                f"  {words.step(name) if name else words('total')}",
                milliseconds(summary.median.value),
                words.spread(summary),
                milliseconds(summary.p90.value) if summary.p90 else words("none"),
                str(summary.n),
            )
    return table


def _cold(comparison: Comparison, words: Words) -> Table:
    table = _table(words, words("section.cold"), "start", "median", "interval", "bytes", "n")
    for row in comparison.cold:
        table.add_row(
            words.step(row.what),
            milliseconds(row.ms.median.value),
            words.spread(row.ms),
            size(row.median_bytes) if row.median_bytes is not None else words("none"),
            str(row.ms.n),
        )
    return table


def _accuracy(comparison: Comparison, words: Words) -> Table:
    table = _table(words, words("accuracy"), "path", "top1", "interval", "top5", "interval", "n")
    for row in comparison.accuracy:
        table.add_row(
            words.path(row.path, row.wire),
            percent(row.top1.value),
            words("cell", low=percent(row.top1.low), high=percent(row.top1.high)),
            percent(row.top5.value),
            words("cell", low=percent(row.top5.low), high=percent(row.top5.high)),
            str(row.n),
        )
    return table


def print_runs(comparison: RunsComparison, console: Console, language: str = "en") -> None:
    """Prints each metric of each run beside the first run's."""
    from analysis.runs.labels import metric_label, ratio_text
    from analysis.runs.page import STRINGS, headline

    words = Words(language, STRINGS)
    console.print()
    console.print(headline(comparison, words), style="bold", markup=False, highlight=False)
    console.print()
    table = Table(box=None, pad_edge=False)
    table.add_column(words("column.metric"))
    for run in comparison.runs:
        table.add_column(Text(run.name), justify="right")
    for row in comparison.metrics:
        write = milliseconds if row.unit == "ms" else lambda value: ratios(value)[0]
        cells = []
        for cell in row.runs:
            lines = [write(cell.ms.median.value)] if cell.ms else []
            if cell.ratio:
                lines.append(ratio_text(cell.ratio, words))
            if cell.mark != "reference":
                lines.append(words(f"mark.{cell.mark}"))
            style = {"regression": "red", "improvement": "green"}.get(cell.mark, "")
            cells.append(Text("\n".join(lines), style=style))
        table.add_row(Text(metric_label(row.metric, words)), *cells)
    console.print(table)


STYLE_OF_OUTCOME = {"met": "green", "missed": "red", "cannot tell": "yellow"}


def print_limits(judged: list[Judged], console: Console) -> None:
    """One line a limit: what came of it, and the figures."""
    console.print()
    for each in judged:
        outcome = (f"{each.outcome:<12}", STYLE_OF_OUTCOME[each.outcome])
        console.print(Text.assemble(outcome, each.sentence), soft_wrap=True)
