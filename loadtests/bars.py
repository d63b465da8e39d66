"""A bar: a measured figure beside the limit it is held to. Benchmarks print bars; tests never do."""

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from analysis.statistics import Estimate


@dataclass(frozen=True)
class Bar:
    """`figure` must be at most (or at least) `limit`; `unit` is `ms`, `x`, ...; `n` samples carry it."""

    name: str
    figure: Estimate
    limit: float
    unit: str
    n: int
    bound: Literal["most", "least"] = "most"

    @property
    def met(self) -> bool:
        return self.figure.value <= self.limit if self.bound == "most" else self.figure.value >= self.limit


def show_bars(bars: list[Bar], console: Console) -> bool:
    """Prints the bars; whether all were met."""
    table = Table(box=None, pad_edge=False)
    for column in ("", "measured", "95 % interval", "bar", "n", ""):
        table.add_column(column, justify="left" if not column else "right")
    for bar in bars:
        interval = bar.figure.interval
        table.add_row(
            bar.name,
            f"{bar.figure.value:.3g} {bar.unit}",
            f"{interval.low:.3g} to {interval.high:.3g}" if interval else "-",
            f"at {bar.bound} {bar.limit:g} {bar.unit}",
            str(bar.n),
            "[green]met[/]" if bar.met else "[red]missed[/]",
        )
    console.print(table)
    return all(bar.met for bar in bars)
