"""`cerca compress`: every smaller variant of a bundle's model, and what each costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recognizer.commands import DEFAULT_BUNDLE, one_sentence
from recognizer.data_options import Data

if TYPE_CHECKING:
    from recognizer.compress.comparison import Row

TABLE_WIDTH = 112


def compress(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for the files; those of an earlier run are replaced.")],
    bundle: Annotated[Path, typer.Option(help="The bundle whose float model is made smaller.")] = DEFAULT_BUNDLE,
    sessions: Annotated[
        str, typer.Option(help="Sessions to score, comma-separated; the others calibrate.")
    ] = "held-out",
    runs: Annotated[int, typer.Option(min=10, help="Timed runs of each file in each runtime.")] = 200,
) -> None:
    """Write every smaller variant of a model, and compare bytes, accuracy and speed with the float one.

    Accuracy is that of the same clips, so the test is a paired one. The folder also gets `compression.json` (all of it,
    with the raw times), and beside every ORT file the operators that a runtime built for it alone would need.

    Exit codes: 0 done; 2 nothing compared, one sentence says why; 130 interrupted.
    """
    with one_sentence():
        import json

        from rich.console import Console

        from recognizer import bundle as bundles
        from recognizer import data_options, files, splits
        from recognizer.compress import comparison, ort_format, runtimes
        from recognizer.compress.variants import CALIBRATION_CLIPS
        from recognizer.errors import RuntimeMissing

        loaded = bundles.load(bundle)
        model = loaded.model(comparison.FLOAT).path.read_bytes()
        dataset = data_options.opened(data).relabelled(loaded.labels)
        split = splits.by_session(dataset, None if sessions == "held-out" else tuple(sessions.split(",")))
        calibration = split.train.clips[:: -(-len(split.train) // CALIBRATION_CLIPS)]
        console = Console()
        with console.status("making the variants ...") as status:
            made = comparison.make(model, calibration, lambda name: status.update(f"making {name} ..."))
            for name, content in made.items():
                files.write(out / name, content)
                if name.endswith(".ort"):
                    operators = ort_format.required_operators([content])
                    files.write((out / name).with_suffix(".required_operators.config"), operators.encode())
            clip = comparison.timed_clip(split.test)
            status.update("timing natively ...")
            native = runtimes.native(made, [clip], runs=runs)
            status.update("timing under WebAssembly ...")
            try:
                wasm = runtimes.wasm(made, [clip], runs=runs)
            except RuntimeMissing as missing:
                data_options.say((str(missing),))
                wasm = {}
            status.update(f"scoring {len(made)} files on {len(split.test)} clips ...")
            rows = comparison.measure(made, split.test, native, wasm)
        report = {"bundle": str(bundle), "split": split.name, "rows": [row.as_dict() for row in rows]}
        files.write(out / "compression.json", json.dumps(report, indent=1).encode())
        _print(rows, f"{bundle}, {split.name}, n {len(split.test)}")
        console.print(f"Written to {out}.", markup=False, soft_wrap=True)


def _print(rows: "list[Row]", title: str) -> None:
    import numpy as np
    from rich import box
    from rich.console import Console
    from rich.table import Table

    columns = ("file", "bytes", "smaller", "top-1", "top-5", "lost/won", "p", "difference, 95 %", "native", "WASM")
    table = Table(*columns, box=box.SIMPLE_HEAD, padding=0)
    for row in rows:
        low, high = row.paired.interval95
        wasm = f"{np.median(row.wasm.ms):.2f}" if row.wasm else "-"
        table.add_row(
            row.file,
            f"{row.bytes}",
            f"{rows[0].bytes / row.bytes:.2f} x",
            f"{row.score.top(1):.4f}",
            f"{row.score.top(5):.4f}",
            f"{row.paired.only_first}/{row.paired.only_second}",
            f"{row.paired.p:.3f}",
            f"{low:+.4f} to {high:+.4f}",
            f"{np.median(row.native.ms):.2f}",
            wasm,
        )
    # A narrow terminal wraps the lines; cut numbers would be worse.
    console = Console(width=max(Console().width, TABLE_WIDTH))
    console.print(title, markup=False, soft_wrap=True)
    console.print(table)
    console.print(
        "lost/won: clips that only the float model, only this one recognised; p: McNemar's exact test; times: median "
        "milliseconds of one clip of 70 frames on one thread, side by side on this machine.",
        soft_wrap=True,
    )
