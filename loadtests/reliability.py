"""The long runs behind tests/reliability: a minute of three times the capacity, and half an hour of soak.

`python -m loadtests.reliability [--overload SECONDS] [--soak SECONDS] [--raw FILE]`. `--raw` keeps a JSON line a window
of the soak. Exit code 1 when a bar is missed.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import psutil
from rich.console import Console

from analysis.statistics import Estimate, Samples, summarise
from infra.commands import SHIPPED_BUNDLE
from infra.local import LocalCloud
from infra.local.endpoint_process import EndpointModel, EndpointProcess
from loadtests.bars import Bar, show_bars
from loadtests.bench_cloud import CONNECTIONS, REQUESTS, npy_body
from loadtests.sockets import Load, closed_loop, open_loop

CAPACITY_REQUESTS = 2000
OVERLOAD = 3
MOST_ACCEPTED_P99_MS = 250
MOST_KEPT_MIB = 4
RECOVERIES = 8
MOST_RECOVERY_MS = 2000
WINDOW_REQUESTS = 2000
MOST_SLOPE_MIB_PER_HOUR = 4
WARM_WINDOWS = 3
"""Windows of the soak that its slope leaves out: memory first fills up."""


def overload(endpoint: EndpointProcess, seconds: float, console: Console) -> list[Bar]:
    """JSON, whose capacity this client can pass three times over."""
    process = psutil.Process(endpoint.pid)
    capacity = asyncio.run(closed_loop(endpoint.port, REQUESTS["JSON"], CONNECTIONS, CAPACITY_REQUESTS)).rate
    # What the allocator keeps of a first one, it uses in the next; more than that would be a leak.
    asyncio.run(open_loop(endpoint.port, REQUESTS["JSON"], OVERLOAD * capacity, seconds))
    before = process.memory_info().rss
    load = asyncio.run(open_loop(endpoint.port, REQUESTS["JSON"], OVERLOAD * capacity, seconds))
    _tell("overload", load, console)
    kept = (process.memory_info().rss - before) / 2**20
    p99 = summarise(Samples(np.array(load.ms))).p99 or Estimate(load.percentile(0.99), None)
    other = sum(load.statuses.values()) - load.statuses[200] - load.statuses[429]
    return [
        Bar(f"accepted at {OVERLOAD}x capacity: p99", p99, MOST_ACCEPTED_P99_MS, "ms", len(load.ms)),
        Bar("neither 200 nor 429", Estimate(other, None), 0, "answers", sum(load.statuses.values())),
        Bar("memory kept of an overload after another", Estimate(kept, None), MOST_KEPT_MIB, "MiB", 1),
    ]


def recoveries() -> Bar:
    """The local stack after SIGKILL of its endpoint: until a prediction through the gateway is 200 again."""
    times = []
    with LocalCloud(SHIPPED_BUNDLE, provisioned=1) as cloud:
        for _ in range(RECOVERIES):
            _predict_until_200(cloud.gateway_url)
            psutil.Process(cloud.endpoint_pid()).kill()
            started = time.perf_counter()
            _predict_until_200(cloud.gateway_url)
            times.append((time.perf_counter() - started) * 1e3)
    recovery = summarise(Samples(np.array(times)))
    return Bar("kill -9 -> 200 through the gateway", recovery.median, MOST_RECOVERY_MS, "ms", recovery.n)


def _predict_until_200(url: str) -> None:
    predict = Request(url, npy_body(), {"Content-Type": "application/x-npy"})
    while True:
        try:
            with urlopen(predict, timeout=60):
                return
        except HTTPError as error:
            error.close()


def soak(endpoint: EndpointProcess, seconds: float, raw: Path | None, console: Console) -> list[Bar]:
    process = psutil.Process(endpoint.pid)
    started, windows, failed = time.monotonic(), [], 0
    while (now := time.monotonic() - started) < seconds or len(windows) < WARM_WINDOWS + 3:
        load = asyncio.run(closed_loop(endpoint.port, REQUESTS["npy"], CONNECTIONS, WINDOW_REQUESTS))
        failed += sum(load.statuses.values()) - load.statuses[200]
        windows.append({"seconds": now, "rss": process.memory_info().rss, "descriptors": process.num_fds()})
        if raw is not None:
            with open(raw, "a", encoding="utf-8") as lines:
                lines.write(json.dumps({**windows[-1], "rate": load.rate, "p99": load.percentile(0.99)}) + "\n")
    kept = windows[WARM_WINDOWS:]
    hours, mib = np.array([(window["seconds"] / 3600, window["rss"] / 2**20) for window in kept]).T
    slope = float(np.polyfit(hours, mib, 1)[0])
    grown = kept[-1]["descriptors"] - kept[0]["descriptors"]
    console.print(f"soak: {len(windows) * WINDOW_REQUESTS} requests, resident {mib[0]:.1f} to {mib[-1]:.1f} MiB")
    return [
        Bar("soak: resident memory", Estimate(slope, None), MOST_SLOPE_MIB_PER_HOUR, "MiB/h", len(kept)),
        Bar("soak: descriptors more", Estimate(grown, None), 0, "open", len(kept)),
        Bar("soak: answers other than 200", Estimate(failed, None), 0, "answers", len(windows) * WINDOW_REQUESTS),
    ]


def _tell(name: str, load: Load, console: Console) -> None:
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(load.statuses.items(), key=str))
    console.print(f"{name}: {counts} in {load.seconds:.1f} s", markup=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--overload", type=float, default=60, metavar="SECONDS")
    parser.add_argument("--soak", type=float, default=1800, metavar="SECONDS")
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        endpoint = EndpointProcess(EndpointModel(SHIPPED_BUNDLE), Path(folder) / "endpoint.log")
        try:
            endpoint.wait_until_ready()
            bars = [recoveries(), *overload(endpoint, arguments.overload, console)]
            with console.status("soak ..."):
                bars += soak(endpoint, arguments.soak, arguments.raw, console)
        finally:
            endpoint.stop()
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
