import asyncio

import numpy as np
from rich.console import Console

from analysis.records import read_records
from infra.commands import SHIPPED_BUNDLE
from infra.local import LocalCloud
from loadtests.load.part import load_part
from loadtests.recorder import Recorder


def test_the_part_of_a_comparison_loads_the_whole_path_and_the_endpoint_alone(tmp_path):
    clips = list(np.random.default_rng(2).uniform(0.2, 0.8, (2, 20, 54, 2)).astype(np.float32))
    samples = tmp_path / "samples.jsonl"
    recorder = Recorder(samples, "run")
    with LocalCloud(SHIPPED_BUNDLE) as cloud:
        rates = {"cloud_rate": 50, "endpoint_rate": 100}
        asyncio.run(load_part(recorder, cloud, SHIPPED_BUNDLE, "model.onnx", clips, Console(quiet=True), 1.0, **rates))
    recorder.close(True)
    first, *others = read_records(samples)
    loads = [first, *(record for record in others if record.kind == "load")]
    assert [(load.user, load.workload, load.wire, load.stages[-1].rate) for load in loads] == [
        ("cloud", "open", "npy", 50),
        ("endpoint", "open", "npy", 100),
    ]
    requests = [record for record in others if record.kind == "request"]
    assert {(request.load, request.stage) for request in requests} == {
        (load.load, stage) for load in loads for stage in range(5)
    }
    through = [request.server for request in requests if request.load == "cloud-npy" and request.status == 200]
    assert through and all(
        {"gateway", "lambda", "handler", "endpoint-inference"} <= server.keys() for server in through
    )
    assert not any("lambda-init" in server or "endpoint-start" in server for server in through), "a start under load"
