"""The load tests' bars: what a record costs, whether the latency is the server's, whether arrivals are on time.

`python -m loadtests.bench_load`. The latency is compared with an independent client's (`load/bare_loop.py`; wrk as well,
where it is installed) in alternating blocks of one run against the same endpoint. Exit code 1 when a bar is missed, 2 when
something could not be measured.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
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
from loadtests.load.batch import Batch, SamplesFile
from loadtests.load.bodies import npy
from loadtests.load.clock import now
from loadtests.load.http_client import Answer, Server
from loadtests.load.locust_run import Load, run_load
from loadtests.load.process import LoadProcess, Turn
from loadtests.load.punctual import come_first
from loadtests.load.stack import running_endpoint, warm
from recognizer.datasets import save_ragged
from recognizer.datasets.recording import Recording, gathered

FRAMES = 70
RECORD_BLOCKS = 40
RECORDS = 1000
MOST_RECORD_US = 20
CLIENT_BLOCKS = 8
CLIENT_SECONDS = 2.0
MOST_OFF = 0.05
RATE = 200.0
RATE_SECONDS = 12.0
MOST_LATE_MS = 2

KEYPOINTS = np.random.default_rng(0).uniform(0.2, 0.8, (FRAMES, 54, 2)).astype(np.float32)
HEAD = (
    b"HTTP/1.1 200 OK\r\ndate: Tue, 24 Nov 2026 12:00:00 GMT\r\ncontent-type: application/json\r\ncontent-length: 713\r\n"
    b"access-control-allow-origin: *\r\nx-amzn-requestid: 7a3b1c52-7c58-4f52-9d0e-5a0a3a1f9a11\r\nx-cerca-cold: none\r\n"
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
    """Medians of alternating blocks: a closed workload of one user, and one request after the other elsewhere."""
    server = Server.of(url)
    asked = {"content-type": "application/x-npy", "x-amzn-sagemaker-custom-attributes": "top_k=5;logits=1"}
    sent = server.request("POST", server.path, asked, npy(KEYPOINTS))
    clients = {"a bare socket": lambda: _bare_ms(server, sent)}
    if shutil.which("wrk"):
        clients["wrk"] = lambda: _wrk_ms(url, asked, folder)
    ratios: dict[str, list[float]] = {name: [] for name in clients}
    requests = 0
    for block in range(CLIENT_BLOCKS):
        samples = folder / f"block-{block}.jsonl"
        load = Load("block", "endpoint", url, CLIENT_SECONDS, users=1, keypoints=keypoints)
        theirs = {name: [measure()] for name, measure in clients.items()}
        asyncio.run(run_load(load, samples))
        # Before and after, so that a drift of the machine cancels.
        for name, measure in clients.items():
            theirs[name].append(measure())
        ours = [record.service_ms for record in _requests(samples)]
        requests += len(ours)
        for name, medians in theirs.items():
            ratios[name].append(float(np.median(ours)) / float(np.mean(medians)))
    bars = []
    for name, values in ratios.items():
        ratio = _median(values)
        bars += [
            Bar(f"median of a load user / of {name}", ratio, 1 + MOST_OFF, "x", len(values)),
            Bar(f"median of a load user / of {name}", ratio, 1 - MOST_OFF, "x", len(values), "least"),
        ]
    return bars


def lateness_bar(name: str, user: str, url: str, folder: Path, keypoints: Path) -> Bar:
    samples = folder / f"late-{user}.jsonl"
    asyncio.run(run_load(Load("late", user, url, RATE_SECONDS, rate=RATE, keypoints=keypoints), samples))
    late = np.array([record.late_ms for record in _requests(samples)])
    if late.size != int(RATE * RATE_SECONDS):
        raise LoadtestError(f"Of {int(RATE * RATE_SECONDS)} arrivals {late.size} were recorded.")
    return Bar(
        f"{name}: sent after due, p99 at {RATE:g}/s", summarise(Samples(late)).p99, MOST_LATE_MS, "ms", late.size
    )


def _bare_ms(server: Server, sent: bytes) -> float:
    command = [sys.executable, "-m", "loadtests.load.bare_loop", str(server.port), str(CLIENT_SECONDS / 2)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, input=sent, capture_output=True, check=False)
    if done.returncode:
        raise LoadtestError(f"The bare socket got no answer: {done.stderr.decode().strip()[-200:]}")
    return float(np.median(json.loads(done.stdout)))


def _wrk_ms(url: str, headers: dict[str, str], folder: Path) -> float:
    (folder / "body").write_bytes(npy(KEYPOINTS))
    named = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in headers.items())
    script = folder / "post.lua"
    script.write_text(
        f'local file = io.open("{folder}/body", "rb")\nwrk.body = file:read("*a")\nwrk.method = "POST"\n{named}'
        'done = function(summary, latency, requests) print("median_us " .. latency:percentile(50)) end\n'
    )
    command = ["wrk", "-t1", "-c1", f"-d{max(1, round(CLIENT_SECONDS / 2))}s", "-s", str(script), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=come_first)
    if (found := re.search(r"median_us ([\d.]+)", done.stdout)) is None or "Non-2xx" in done.stdout:
        raise LoadtestError(f"wrk got no answer: {(done.stdout + done.stderr).strip()[-200:]}")
    return float(found.group(1)) / 1e3


def _requests(samples: Path) -> list[RequestRecord]:
    found = [record for record in read_records(samples) if isinstance(record, RequestRecord)]
    if not found or any(record.status is None for record in found):
        raise LoadtestError(f"{samples.name}: some requests got no answer.")
    return found


def _median(values: list[float]) -> Estimate:
    return summarise(Samples(np.array(values))).median


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cerca-") as name:
        folder = Path(name)
        dataset = gathered("bench", [Recording(KEYPOINTS, "clip", "")])
        keypoints = folder / "keypoints.npz"
        save_ragged(dataset, keypoints, dataset.source)
        try:
            bars = [record_bar(folder)]
            with running_endpoint(SHIPPED_BUNDLE, None, folder) as endpoint:
                warm(endpoint, npy(KEYPOINTS), "npy")
                with console.status("latency beside an independent client's ..."):
                    bars += client_bars(endpoint, folder, keypoints)
                with console.status("arrivals, endpoint ..."):
                    bars.append(lateness_bar("endpoint", "endpoint", endpoint, folder, keypoints))
            with LocalCloud(SHIPPED_BUNDLE, provisioned=4) as cloud, console.status("arrivals, whole cloud path ..."):
                warm(cloud.gateway_url, npy(KEYPOINTS), "npy")
                bars.append(lateness_bar("whole path", "cloud", cloud.gateway_url, folder, keypoints))
        except (LoadtestError, LocalStackError) as error:
            console.print(str(error), markup=False)
            return 2
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
