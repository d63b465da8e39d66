"""What docs/cloud.md quotes: `python -m tests.infra.bench` (about a minute on a quiet machine).

Run it on a quiet machine: everything here is a wall clock.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec

import httpx
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from analysis.statistics import Samples, summarise
from infra.local import LocalCloud, exec_to_ready
from tests.infra.conftest import BUNDLE

COLD_RUNS = 10
WARM_RUNS = 200
WARM_UP = 20
CLIENTS = ("lean", "boto3")

IMPORTS = {
    "ASGI server alone": "uvicorn.server, cloud_inference.protocol",
    "... and Starlette": "uvicorn.server, cloud_inference.protocol, starlette.applications, starlette.routing",
    "... and FastAPI": "uvicorn.server, cloud_inference.protocol, fastapi",
    "numpy and ONNX Runtime": "numpy, onnxruntime",
    "boto3 and its client": "boto3; boto3.client('sagemaker-runtime', region_name='us-east-1')",
}


def import_ms(modules: str) -> float:
    """Milliseconds that a fresh interpreter spends on `import <modules>`."""
    program = f"import time; t = time.perf_counter(); import {modules}; print((time.perf_counter() - t) * 1e3)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def server_timing(response: httpx.Response) -> dict[str, float]:
    """Milliseconds by entry of the Server-Timing header."""
    response.raise_for_status()
    entries = (entry.strip().split(";dur=") for entry in response.headers["server-timing"].split(","))
    return {name: float(milliseconds) for name, milliseconds in entries}


def overhead(timing: dict[str, float]) -> float:
    """What gateway, Lambda and InvokeEndpoint add to the container's own work."""
    return timing["gateway"] - sum(ms for name, ms in timing.items() if name.startswith("endpoint-"))


def steps(title: str, count: int) -> Iterable[int]:
    return track(range(count), description=title, transient=True, console=Console(stderr=True))


def main() -> None:
    table = Table(Column("milliseconds", no_wrap=True), "n", "median", "95 % interval", "min", "max")

    def row(name: str, values: list[float]) -> None:
        summary = summarise(Samples(np.array(values)))
        interval = summary.median.interval
        table.add_row(
            name,
            str(summary.n),
            f"{summary.median.value:.2f}",
            f"{interval.low:.2f} to {interval.high:.2f}" if interval else "",
            f"{summary.minimum:.2f}",
            f"{summary.maximum:.2f}",
        )

    for name, modules in IMPORTS.items():
        if "fastapi" in modules and find_spec("fastapi") is None:
            continue  # nothing of ours needs it
        row(f"import: {name}", [import_ms(modules) for _ in steps(name, COLD_RUNS)])
    row("endpoint: exec to ready", [exec_to_ready(BUNDLE) for _ in steps("exec to ready", COLD_RUNS)])

    for client in CLIENTS:
        cold, warm = request_timings(client)
        for name in ("lambda-init", "endpoint-start", "gateway"):
            row(f"cold request, {client}: {name}", [timing[name] for timing in cold])
        for name in ("gateway", "lambda", "sagemaker", "endpoint-decode", "endpoint-inference"):
            row(f"warm request, {client}: {name}", [timing[name] for timing in warm])
        row(
            f"warm request, {client}: added by the function",
            [timing["lambda"] - timing["sagemaker"] for timing in warm],
        )
        row(f"warm request, {client}: overhead of the path", [overhead(timing) for timing in warm])
    Console().print(table)


def request_timings(client: str) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Server timings of COLD_RUNS cold and WARM_RUNS warm requests through a stack whose function uses this client."""
    body = io.BytesIO()
    np.save(body, np.random.default_rng(0).uniform(0.2, 0.8, (70, 54, 2)).astype(np.float32))
    request = {"content": body.getvalue(), "headers": {"Content-Type": "application/x-npy"}}
    os.environ["CERCA_LAMBDA_CLIENT"] = client
    with LocalCloud(BUNDLE) as cloud, httpx.Client(timeout=60) as browser:
        cold = []
        for _ in steps("cold requests", COLD_RUNS):
            cloud.make_cold()
            cold.append(server_timing(browser.post(cloud.gateway_url, **request)))
        for _ in range(WARM_UP):
            browser.post(cloud.gateway_url, **request)
        warm = [server_timing(browser.post(cloud.gateway_url, **request)) for _ in steps("warm requests", WARM_RUNS)]
    return cold, warm


if __name__ == "__main__":
    main()
