"""The function's bars: its init and what it adds to a warm request, with its own client and with boto3.

`python -m loadtests.bench_function`. Two local stacks side by side, one client each, asked in turn. Exit code 1 when a
bar is missed.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import numpy as np
from rich.console import Console

from analysis.statistics import Estimate, Samples, ratio_of_medians, summarise
from infra.commands import SHIPPED_BUNDLE
from infra.local import LocalCloud
from loadtests.bars import Bar, show_bars
from loadtests.bench_cloud import npy_body

INITS = 20
WARM_UP = 20
BLOCKS = 10
BLOCK_REQUESTS = 50
MOST_INIT_MS = 150
MOST_ADDED_MS = 3

Timing = dict[str, float]


@contextmanager
def stack(client: str) -> Iterator[LocalCloud]:
    """client: `lean` or `boto3`."""
    os.environ["CERCA_LAMBDA_CLIENT"] = client  # read by the stack's own process, once, when it starts
    cloud = LocalCloud(SHIPPED_BUNDLE)
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()


def predict(cloud: LocalCloud, body: bytes) -> Timing:
    """Server-Timing of one prediction, milliseconds by entry. Raises HTTPError."""
    with urlopen(Request(cloud.gateway_url, body, {"Content-Type": "application/x-npy"}), timeout=60) as response:
        entries = response.headers["Server-Timing"].split(",")
    return {name: float(ms) for name, ms in (entry.strip().split(";dur=") for entry in entries)}


def added(timing: Timing) -> float:
    """By the function: the whole invocation less its own call of the endpoint."""
    return timing["lambda"] - timing["sagemaker"]


def path(timing: Timing) -> float:
    """By gateway, function and InvokeEndpoint: the whole less the container's own work."""
    return timing["gateway"] - sum(ms for name, ms in timing.items() if name.startswith("endpoint-"))


def measure() -> tuple[list[Bar], Estimate]:
    """The bars, and what the whole path adds, in ms: most of it is the local stand-ins for AWS's own services."""
    body = npy_body()
    inits: dict[str, list[float]] = {"lean": [], "boto3": []}
    warm: dict[str, list[Timing]] = {"lean": [], "boto3": []}
    with stack("lean") as lean, stack("boto3") as boto3:
        clouds = {"lean": lean, "boto3": boto3}
        for _ in range(INITS):
            for client, cloud in clouds.items():
                cloud.make_cold()
                inits[client].append(predict(cloud, body)["lambda-init"])
        for cloud in clouds.values():
            for _ in range(WARM_UP):
                predict(cloud, body)
        for _ in range(BLOCKS):
            for client, cloud in clouds.items():
                warm[client] += [predict(cloud, body) for _ in range(BLOCK_REQUESTS)]
    n = BLOCKS * BLOCK_REQUESTS
    paths = {client: [path(timing) for timing in timings] for client, timings in warm.items()}
    bars = [
        Bar("function, init", _median(inits["lean"]), MOST_INIT_MS, "ms", INITS),
        Bar("function, init: boto3 / own client", _ratio(inits["boto3"], inits["lean"]), 1, "x", INITS, "least"),
        Bar("function, warm: adds", _median(map(added, warm["lean"])), MOST_ADDED_MS, "ms", n),
        Bar("whole path adds: boto3 / own client", _ratio(paths["boto3"], paths["lean"]), 1, "x", n, "least"),
    ]
    return bars, _median(paths["lean"])


def _median(values: Iterable[float]) -> Estimate:
    return summarise(Samples(np.array(list(values)))).median


def _ratio(these: list[float], those: list[float]) -> Estimate:
    return ratio_of_medians(np.array(these), np.array(those))


def main() -> int:
    console = Console()
    with console.status("starts and requests, with both clients in turn ..."):
        bars, whole = measure()
    low, high = whole.interval.low, whole.interval.high
    console.print(f"gateway, function and InvokeEndpoint add {whole.value:.2f} ms ({low:.2f} to {high:.2f}), no bar")
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
