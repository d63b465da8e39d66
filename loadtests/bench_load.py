"""The load tests' bars: what a record costs, whether the latency is the server's, whether arrivals are on time.

`python -m loadtests.bench_load`. The latency is compared with an independent client's (`load/bare_loop.py`), in turns
of a quarter of a second against one endpoint, which others on the machine do not hold up either: it is the clients that
are compared. Exit code 1 when a bar is missed, 2 when something could not be measured.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.console import Console

from analysis.records import RequestRecord, Stage, read_records
from analysis.statistics import Estimate, Samples, summarise
from infra.commands import SHIPPED_BUNDLE
from infra.local import LocalCloud, LocalStackError
from infra.local.processes import PROJECT_ROOT
from loadtests.bars import Bar, show_bars
from loadtests.errors import LoadtestError
from loadtests.load.bare_loop import WINDOW_SECONDS
from loadtests.load.batch import Batch, SamplesFile
from loadtests.load.bodies import npy
from loadtests.load.clock import now
from loadtests.load.http_client import Answer, Server
from loadtests.load.locust_run import Load, run_load
from loadtests.load.process import LoadProcess, Turn
from loadtests.load.punctual import come_first
from loadtests.load.stack import invocations, running_endpoint, warm
from recognizer.datasets import save_ragged
from recognizer.datasets.recording import Recording, gathered

FRAMES = 70
RECORD_BLOCKS = 40
RECORDS = 1000
MOST_RECORD_US = 20
CLIENT_SECONDS = 20.0
FEWEST_A_WINDOW = 10
MOST_OFF = 0.05
RATE = 200.0
RATE_SECONDS = 12.0
MOST_LATE_MS = 2

KEYPOINTS = np.random.default_rng(0).uniform(0.2, 0.8, (FRAMES, 54, 2)).astype(np.float32)
HEAD = (
    b"HTTP/1.1 200 OK\r\ndate: Tue, 24 Nov 2026 12:00:00 GMT\r\n"
    b"content-type: application/json\r\ncontent-length: 713\r\n"
    b"access-control-allow-origin: *\r\nx-amzn-requestid: 7a3b1c52-7c58-4f52-9d0e-5a0a3a1f9a11\r\n"
    b"x-cerca-cold: none\r\n"
    b"access-control-expose-headers: Server-Timing, x-amzn-requestid, x-cerca-cold\r\nserver-timing: "
    b"gateway;dur=9.123, lambda;dur=8.012, handler;dur=6.543, sagemaker;dur=5.432, endpoint-queue;dur=0.012, "
    b"endpoint-decode;dur=0.071, endpoint-inference;dur=0.612, endpoint-encode;dur=0.055\r\n"
)
"""What the gateway answers, as long as it is."""


def record_bar(folder: Path) -> Bar:
    """Our listener of a request event, with its share of writing to the file; Locust's own statistics are not in it."""
    block_us = []
    with SamplesFile(folder / "records.jsonl") as samples:
        process = LoadProcess("cloud-npy", [Stage(seconds=1, rate=1)], now(), Batch(samples.append), print)
        for _ in range(RECORD_BLOCKS):
            started = time.perf_counter()
            for number in range(RECORDS):
                answer = Answer(200, HEAD, b"", 1500, 1000.011)
                turn = Turn(number, 0, 1000.0)
                process.record(
                    "predict npy", turn=turn, sent=1000.001, ended=answer.ended, answer=answer, bytes_up=30368
                )
            process.batch.flush()
            block_us.append((time.perf_counter() - started) / RECORDS * 1e6)
    return Bar("one record", _median(block_us), MOST_RECORD_US, "us", RECORD_BLOCKS * RECORDS)


def client_bars(url: str, folder: Path, keypoints: Path) -> list[Bar]:
    """A load user and the independent client, in turns of a quarter of a second: the ratio of their medians in each
    half second."""
    server = Server.of(url)
    asked = {"content-type": "application/x-npy", "x-amzn-sagemaker-custom-attributes": "top_k=5;logits=1"}
    sent = folder / "request"
    sent.write_bytes(server.request("POST", server.path, asked, npy(KEYPOINTS)))
    samples = folder / "blocks.jsonl"
    load = Load("blocks", "bench", url, CLIENT_SECONDS, users=1, keypoints=keypoints)
    command = [sys.executable, "-m", "loadtests.load.bare_loop", str(server.port), str(CLIENT_SECONDS + 3)]
    with sent.open("rb") as request:
        bare = subprocess.Popen(
            command, cwd=PROJECT_ROOT, stdin=request, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            asyncio.run(run_load(load, samples))
            output, errors = bare.communicate()
        finally:
            bare.kill()
    if bare.returncode:
        raise LoadtestError(f"The bare socket got no answer: {errors.decode().strip()[-200:]}")
    ours = _by_half_second((record.t, record.service_ms) for record in _requests(samples))
    theirs = _by_half_second(json.loads(output))
    both = sorted(ours.keys() & theirs.keys())
    ratios = [float(np.median(ours[second]) / np.median(theirs[second])) for second in both]
    if len(ratios) < CLIENT_SECONDS:
        raise LoadtestError("The two clients were not at work at the same time.")
    name = f"median of a load user / of a bare socket ({np.median(np.concatenate(list(theirs.values()))):.2f} ms)"
    return [
        Bar(name, _median(ratios), 1 + MOST_OFF, "x", len(ratios)),
        Bar(name, _median(ratios), 1 - MOST_OFF, "x", len(ratios), "least"),
    ]


def _by_half_second(answers: Iterable[tuple[float, float]]) -> dict[int, np.ndarray]:
    """(Unix second, milliseconds) of each answer -> milliseconds of each half second that has enough of them."""
    found = defaultdict(list)
    for at, ms in answers:
        found[int(at / (2 * WINDOW_SECONDS))].append(ms)
    return {second: np.array(values) for second, values in found.items() if len(values) >= FEWEST_A_WINDOW}


def lateness_bar(name: str, user: str, url: str, folder: Path, keypoints: Path) -> Bar:
    samples = folder / f"late-{user}.jsonl"
    asyncio.run(run_load(Load("late", user, url, RATE_SECONDS, rate=RATE, keypoints=keypoints), samples))
    late = np.array([record.late_ms for record in _requests(samples)])
    if late.size != int(RATE * RATE_SECONDS):
        raise LoadtestError(f"Of {int(RATE * RATE_SECONDS)} arrivals {late.size} were recorded.")
    return Bar(
        f"{name}: sent after due, p99 at {RATE:g}/s", summarise(Samples(late)).p99, MOST_LATE_MS, "ms", late.size
    )


def _requests(samples: Path) -> list[RequestRecord]:
    found = [record for record in read_records(samples) if isinstance(record, RequestRecord)]
    if not found or any(record.status is None for record in found):
        raise LoadtestError(f"{samples.name}: some requests got no answer.")
    return found


def _median(values: list[float]) -> Estimate:
    return summarise(Samples(np.array(values))).median


def main() -> int:
    come_first()  # as the processes of a load do
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cerca-") as name:
        folder = Path(name)
        dataset = gathered("bench", [Recording(KEYPOINTS, "clip", "any")])
        keypoints = folder / "keypoints.npz"
        save_ragged(dataset, keypoints, dataset.source)
        try:
            bars = [record_bar(folder)]
            with running_endpoint(SHIPPED_BUNDLE, None, folder) as endpoint:
                come_first(endpoint.pid)
                warm(invocations(endpoint), npy(KEYPOINTS), "npy")
                with console.status("latency beside an independent client's ..."):
                    bars += client_bars(invocations(endpoint), folder, keypoints)
            with running_endpoint(SHIPPED_BUNDLE, None, folder) as endpoint:
                warm(invocations(endpoint), npy(KEYPOINTS), "npy")
                with console.status("arrivals, endpoint ..."):
                    bars.append(lateness_bar("endpoint", "endpoint", invocations(endpoint), folder, keypoints))
            with LocalCloud(SHIPPED_BUNDLE, provisioned=4) as cloud, console.status("arrivals, whole cloud path ..."):
                warm(cloud.gateway_url, npy(KEYPOINTS), "npy")
                bars.append(lateness_bar("whole path", "cloud", cloud.gateway_url, folder, keypoints))
        except (LoadtestError, LocalStackError) as error:
            console.print(str(error), markup=False)
            return 2
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
