"""The baseline is the same model, served as the thesis did; otherwise its cold start compares nothing."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.cloud_inference.conftest import MODEL_DIR
from tests.cloud_inference.wire import as_json

torch = pytest.importorskip("torch", reason="the baseline is PyTorch")
COMMAND = [sys.executable, "-m", "cloud_inference.baseline"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("baseline") / "weights.pt"
    done = run("convert", str(MODEL_DIR), str(path))
    assert (done.returncode, done.stderr) == (0, "")
    return path


@pytest.fixture(scope="module")
def baseline(weights) -> Iterator[str]:
    """The address of a running one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"CERCA_HOST": "127.0.0.1", "SAGEMAKER_BIND_TO_PORT": str(port), "CERCA_BASELINE_WEIGHTS": str(weights)}
    process = subprocess.Popen([*COMMAND, "serve"], env={**os.environ, **settings})
    try:
        while process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port)):
                    break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def test_it_answers_what_the_model_file_answers(baseline, native, keypoints):
    assert httpx.get(f"{baseline}/ping").status_code == 200
    answer = httpx.post(f"{baseline}/invocations", content=as_json(keypoints[6:]), timeout=60).json()
    expected = native(keypoints[6:])
    np.testing.assert_allclose(answer["logits"], expected, atol=1e-4)
    assert answer["frames"] == len(keypoints) - 6
    weights = np.exp(expected - expected.max())
    best = np.sort(weights / weights.sum())[::-1][:5]
    np.testing.assert_allclose([entry["probability"] for entry in answer["top"]], best, atol=1e-4)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"keypoints": 7}', b'{"keypoints": []}', b'{"keypoints": [[[1, 2]]]}'])
def test_it_refuses_what_is_no_clip(baseline, body):
    response = httpx.post(f"{baseline}/invocations", content=body, timeout=60)
    assert (response.status_code, list(response.json())) == (400, ["error"])


def test_weights_of_a_deeper_model_are_taken_too(tmp_path):
    from recognizer import build, bundle_writer
    from recognizer.spoter import Architecture, Spoter

    torch.manual_seed(0)
    model = Spoter(Architecture(classes=3, layers=3, feed_forward=8)).eval()
    for parameter in model.parameters():
        # The exporter stores equal constants once: those of a new model's norms are all ones, of a trained one's not.
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter)
    training = {"command": "none", "architecture": model.arch.as_dict()}
    bundle_writer.write(
        tmp_path / "bundle",
        arch=model.arch,
        labels=("a", "b", "c"),
        models=build.model_files(model),
        provenance={"dataset": "none", "licence": "none", "notice": "random weights"},
        training=training,
        accuracy=[],
    )
    # It raises where the logits are not those of the graph.
    done = run("convert", str(tmp_path / "bundle"), str(tmp_path / "weights.pt"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_bundle_whose_weights_cannot_be_taken_is_one_sentence(tmp_path):
    broken = tmp_path / "bundle"
    shutil.copytree(MODEL_DIR, broken)
    manifest = broken / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"feed_forward": 128', '"feed_forward": 64'))
    done = run("convert", str(broken), str(tmp_path / "weights.pt"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "model.onnx" in done.stderr
    assert list(tmp_path.glob("*weights*")) == []


def test_a_start_without_weights_is_one_sentence():
    done = run("serve", CERCA_BASELINE_WEIGHTS="/nowhere")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "/nowhere" in done.stderr
