"""`cerca network`: the profiles, and the proof that their emulation keeps what it promises."""

import json
import signal
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def network(
    profile: Annotated[
        str | None, typer.Argument(help="A profile of loadtests/network/profiles.json, or a .json file of your own.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Emulate it (all, without PROFILE), and measure what it really does.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Raw values, one JSON line a profile.")] = False,
) -> None:
    """Show the network profiles and where their figures come from; with --calibrate, prove them.

    Exit codes: 0 done; 2 a profile that is none, or a machine that cannot emulate; 130 interrupted.
    """
    from loadtests.network.errors import NetworkError
    from loadtests.network.profiles import find, shipped

    console, said = Console(), Console(stderr=True)
    # As Ctrl-C: what was made for a network is unmade.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        chosen = [find(profile)] if profile else list(shipped().values())
        for each in chosen:
            measured = None
            if calibrate:
                with said.status(f"measuring {each.name} ..."):
                    measured = _measure(each)
            if as_json:
                fields = {"network": each.name, "nominal": each.nominal.model_dump(), "measured": measured}
                print(json.dumps(fields | {"source": each.source, "date": each.date}, ensure_ascii=False), flush=True)
            else:
                _show(each, measured, console)
    except NetworkError as error:
        said.print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None


def _measure(profile) -> dict[str, list[float]]:
    from loadtests.network.calibrate import calibrate
    from loadtests.network.network import EmulatedNetwork

    with EmulatedNetwork(profile) as network:
        return calibrate(profile, network.far_end)


def _show(profile, measured: dict[str, list[float]] | None, console: Console) -> None:
    import numpy as np

    from analysis.statistics import Samples, summarise

    console.print(f"{profile.name}: {profile.title['en']}", style="bold", markup=False, highlight=False)
    table = Table(box=None, pad_edge=False)
    for column in ("", "nominal", *(("median", "95 % interval", "mean", "sd", "n") if measured else ())):
        table.add_column(column, justify="right" if column else "left")
    nominal = profile.nominal.model_dump()
    rows = {
        "round trip, ms": ("rtt_ms", nominal["rtt_ms"]),
        "its jitter (sd), ms": (None, nominal["jitter_ms"]),
        "TCP connect, ms": ("connect_ms", nominal["rtt_ms"]),
        "loss one way": ("loss", nominal["loss"]),
        "up, Mbit/s": ("up_mbit", nominal["up_mbit"]),
        "down, Mbit/s": ("down_mbit", nominal["down_mbit"]),
    }
    for label, (key, value) in rows.items():
        cells = ["not limited" if value is None else f"{value:g}"]
        values = np.array((measured or {}).get(key, []))
        if values.size:
            median = summarise(Samples(values)).median
            interval = f"{median.interval.low:.4g} to {median.interval.high:.4g}" if median.interval else "-"
            cells += [f"{median.value:.4g}", interval, f"{values.mean():.4g}", f"{values.std():.2g}", str(values.size)]
        table.add_row(label, *cells)
    console.print(table)
    console.print(f"Source ({profile.date}): {profile.source}\n", markup=False, highlight=False)
