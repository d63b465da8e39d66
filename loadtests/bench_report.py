"""`python -m loadtests.bench_report`: bars of the report's own cost, on runs that never happened.

A million records, and with `--ten-million` ten of them, are written to a temporary folder and reported by a process of
its own, whose wall clock and peak resident memory are read. Most records are requests of a load on the endpoint, as in
any run of that size; the rest are the steps and answers of a comparison of 16 clips.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console

from analysis.statistics import Estimate
from loadtests.bars import Bar, show_bars
from loadtests.errors import LoadtestError

START = 1_760_000_000.0
CLIPS = 16
STAGES = 8
STEPS_SHARE = 0.2  # of the records: steps and answers of trials
SERVER = ("queue", "decode", "inference", "encode")
LABELS = [f"gloss-{index}" for index in range(CLIPS)]
SHA = "ab" * 32

REPORT = "import sys; from pathlib import Path; from analysis import write_report; write_report(Path(sys.argv[1]))"
# (records, seconds, MiB of resident memory)
BARS = {1_000_000: (10.0, 500.0), 10_000_000: (60.0, 1024.0)}


def write_samples(path: Path, records: int) -> None:
    """A samples file of about `records` records, quickly: lines are formatted, not built by the record classes."""
    with path.open("w") as file:
        file.write(json.dumps(_run_record()) + "\n")
        steps = _trials(int(records * STEPS_SHARE))
        file.writelines(steps)
        file.writelines(_requests(int(records * (1 - STEPS_SHARE))))
        file.write(json.dumps({"schema": 1, "kind": "end", "t": START + 900, "completed": True, "seconds": 900}) + "\n")


def _run_record() -> dict:
    clips = [{"clip": f"{label}/{label}.webm", "gloss": label, "source": "synthetic"} for label in LABELS]
    model = {"name": "none", "file": "model.onnx", "sha256": SHA, "labels": LABELS}
    return {"schema": 1, "kind": "run", "t": START, "run": "synthetic", "environment": {"cores": 2}, "settings": {}} | {
        "model": model,
        "clips": clips,
    }


def _trials(records: int) -> Iterator[str]:
    """Trials of 20 steps and 2 answers."""
    random = np.random.default_rng(1)
    cloud = ("encode", "round_trip", "parse", "gateway", "lambda", "handler", "sagemaker", "endpoint_decode")
    cloud += ("endpoint_queue", "endpoint_inference", "endpoint_encode")
    edge, shared = ("classify", "inference"), ("extract", "decode", "landmarks", "pose", "hands")
    steps = [("shared", step, "") for step in shared] + [("edge", step, "") for step in edge]
    steps += [("cloud", step, '"wire":"npy",') for step in cloud]
    for number in range(records // (len(steps) + 2)):
        label = LABELS[number % CLIPS]
        round = number // CLIPS
        trial = f'"trial":"warm-{round}-{label}/{label}.webm","clip":"{label}/{label}.webm"'
        times = random.lognormal(number % CLIPS / 20, 0.2, len(steps))
        for (path, step, wire), ms in zip(steps, times, strict=True):
            yield (
                f'{{"schema":1,"kind":"step","t":{START + number / 100},{trial},"round":{round},"phase":"warm",'
                f'"path":"{path}",{wire}"step":"{step}","ms":{ms:.6f},"clock":"browser"}}\n'
            )
        logits = ",".join(f"{value:.6f}" for value in random.normal(0, 3, CLIPS))
        for path, wire in (("edge", ""), ("cloud", '"wire":"npy",')):
            yield (
                f'{{"schema":1,"kind":"answer","t":{START + number / 100},{trial},"gloss":"{label}",'
                f'"path":"{path}",{wire}"top":[{{"label":"{label}","probability":0.9}},{{"label":"gloss-0","probability":0.05}}],'
                f'"logits":[{logits}],"sha256":"{SHA}"}}\n'
            )


def _requests(records: int) -> Iterator[str]:
    """An open load in STAGES stages, each answer with the endpoint's own timings."""
    random = np.random.default_rng(2)
    per_stage = records // STAGES
    stages = [{"seconds": 100, "rate": per_stage / 100} for _ in range(STAGES)]
    yield (
        json.dumps(
            {"schema": 1, "kind": "load", "t": START, "load": "endpoint", "user": "endpoint", "workload": "open"}
            | {"wire": "npy", "stages": stages}
        )
        + "\n"
    )
    for stage in range(STAGES):
        for number in range(per_stage):
            if number % 10_000 == 0:
                times = random.lognormal(1, 0.3, (10_000, 6)).tolist()
            ms, *server, late = times[number % 10_000]
            due = START + 1000 + stage * 100 + number * 100 / per_stage
            timings = ",".join(f'"{name}":{value:.3f}' for name, value in zip(SERVER, server, strict=True))
            yield (
                f'{{"schema":1,"kind":"request","t":{due + late / 1e4:.6f},"load":"endpoint","stage":{stage},'
                f'"id":"{stage}-{number}","name":"POST /invocations","worker":"0","due":{due:.6f},'
                f'"ms":{ms + late / 10:.6f},"service_ms":{ms:.6f},"status":200,"bytes_up":25184,"bytes_down":412,'
                f'"server":{{{timings}}}}}\n'
            )


def report_cost(folder: Path) -> tuple[float, float, float]:
    """Wall-clock seconds, CPU seconds and peak MiB of a process that reports the run. Raises LoadtestError."""
    program = f"{REPORT}\nimport resource; used = resource.getrusage(resource.RUSAGE_SELF)"
    program += "\nprint(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise LoadtestError(f"The report failed: {done.stderr.strip()[-300:]}")
    cpu, kib = map(float, done.stdout.split())
    return seconds, cpu, kib / 1024


def report_bars(records: int, console: Console) -> list[Bar]:
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        with console.status(f"writing {records:,} records ..."):
            write_samples(Path(folder) / "samples.jsonl", records)
        with console.status(f"reporting {records:,} records ..."):
            seconds, cpu, mib = report_cost(Path(folder))
    most_seconds, most_mib = BARS[records]
    name = f"report of {records:,} records"
    return [
        Bar(f"{name}: wall clock ({cpu:.1f} s of CPU)", Estimate(seconds, None), most_seconds, "s", 1),
        Bar(f"{name}: peak resident memory", Estimate(mib, None), most_mib, "MiB", 1),
    ]


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an orderly end removes the gigabytes
    console = Console()
    sizes = [1_000_000] + [10_000_000] * ("--ten-million" in sys.argv[1:])
    try:
        bars = [bar for records in sizes for bar in report_bars(records, console)]
    except LoadtestError as error:
        console.print(str(error), markup=False)
        return 2
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
