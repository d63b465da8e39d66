"""The endpoint's bars: start beside the baseline's (PyTorch, loaded by the first call), throughput, overhead, memory.

`python -m loadtests.bench_cloud`. Everything in one run, the two starts in turn. The client is this project's own
socket loop (`sockets.py`) in this process, and shares the machine with what it measures. Exit code 1 when a bar is
missed, 2 when something could not be measured.
"""

import asyncio
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import psutil
from rich.console import Console

from analysis.statistics import Estimate, Samples, ratio_of_medians, summarise
from infra.commands import SHIPPED_BUNDLE
from infra.local.endpoint_process import EndpointModel, EndpointProcess
from loadtests.bars import Bar, show_bars
from loadtests.coldstart.endpoints import baseline_weights
from loadtests.coldstart.server_start import start_process
from loadtests.errors import LoadtestError
from loadtests.sockets import closed_loop, request
from recognizer import bundle

STARTS = 8
CONNECTIONS = 4
WINDOWS = 8
WINDOW_REQUESTS = 500
BLOCKS = 20
BLOCK_REQUESTS = 50
MOST_RSS_MIB = 100

KEYPOINTS = np.random.default_rng(0).uniform(0.2, 0.8, (70, 54, 2)).astype(np.float32)
JSON_BODY = json.dumps({"keypoints": KEYPOINTS.tolist()}).encode()


def npy_body() -> bytes:
    body = io.BytesIO()
    np.save(body, KEYPOINTS)
    return body.getvalue()


REQUESTS = {
    "npy": request("POST", "/invocations", npy_body(), content_type="application/x-npy"),
    "JSON": request("POST", "/invocations", JSON_BODY, content_type="application/json"),
}


def start_bars(folder: Path) -> list[Bar]:
    weights = folder / "weights.pt"
    baseline_weights(SHIPPED_BUNDLE, weights)
    ours, theirs = [], []
    for number in range(STARTS):
        for module, settings, starts in (
            (["cloud_inference", "serve"], {"SAGEMAKER_MODEL_DIR": str(SHIPPED_BUNDLE)}, ours),
            (["cloud_inference.baseline", "serve"], {"CERCA_BASELINE_WEIGHTS": str(weights)}, theirs),
        ):
            log = folder / f"{module[0]}-{number}.log"
            starts.append(start_process(module, settings, JSON_BODY, log))
    first = [np.array([start.first_answer for start in starts]) for starts in (theirs, ours)]
    return [
        Bar("endpoint, exec to first 200 of /ping", _median([start.ready for start in ours]), 300, "ms", STARTS),
        Bar("first prediction after exec: baseline / endpoint", ratio_of_medians(*first), 5, "x", STARTS, "least"),
    ]


def load_bars(endpoint: EndpointProcess) -> list[Bar]:
    """Throughput and latency at CONNECTIONS, for each wire; resident memory after it."""
    bars = []
    for wire, rate, p99 in (("npy", 1000, 10), ("JSON", 300, 50)):
        asyncio.run(closed_loop(endpoint.port, REQUESTS[wire], CONNECTIONS, WINDOW_REQUESTS))
        windows = [
            asyncio.run(closed_loop(endpoint.port, REQUESTS[wire], CONNECTIONS, WINDOW_REQUESTS))
            for _ in range(WINDOWS)
        ]
        ms = np.concatenate([window.ms for window in windows])
        if ms.size != WINDOWS * WINDOW_REQUESTS:
            raise LoadtestError(f"Of {WINDOWS * WINDOW_REQUESTS} {wire} requests {ms.size} were answered.")
        name = f"endpoint, {wire}, {CONNECTIONS} connections"
        bars += [
            Bar(f"{name}: rate", _median([window.rate for window in windows]), rate, "/s", WINDOWS, "least"),
            Bar(f"{name}: p99", summarise(Samples(ms)).p99, p99, "ms", ms.size),
        ]
    mib = psutil.Process(endpoint.pid).memory_info().rss / 2**20
    return [*bars, Bar("endpoint, resident memory under load", Estimate(mib, None), MOST_RSS_MIB, "MiB", 1)]


def overhead_bar(endpoint: EndpointProcess) -> Bar:
    """Round trip at one connection, less the bare ONNX Runtime call of the same clip here; blocks of both in turn."""
    model = bundle.load(SHIPPED_BUNDLE)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.model().path, options, providers=["CPUExecutionProvider"])
    gaps = []
    for _ in range(BLOCKS):
        bare = []
        for _ in range(BLOCK_REQUESTS):
            started = time.perf_counter()
            session.run([model.output_name], {model.input_name: KEYPOINTS})
            bare.append((time.perf_counter() - started) * 1e3)
        load = asyncio.run(closed_loop(endpoint.port, REQUESTS["npy"], 1, BLOCK_REQUESTS))
        gaps.append(load.percentile(0.5) - float(np.median(bare)))
    return Bar("endpoint, npy: p50 over the bare ONNX Runtime call", _median(gaps), 0.5, "ms", BLOCKS)


def _median(values: list[float]) -> Estimate:
    return summarise(Samples(np.array(values))).median


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        try:
            with console.status("starts, ours and the baseline's in turn ..."):
                bars = start_bars(Path(folder))
            endpoint = EndpointProcess(EndpointModel(SHIPPED_BUNDLE), Path(folder) / "endpoint.log")
            try:
                endpoint.wait_until_ready()
                with console.status("throughput, overhead, memory ..."):
                    bars += [*load_bars(endpoint), overhead_bar(endpoint)]
            finally:
                endpoint.stop()
        except LoadtestError as error:
            console.print(str(error), markup=False)
            return 2
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
