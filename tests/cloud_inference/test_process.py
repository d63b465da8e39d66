"""The container's life: start, readiness, overload, end."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest

from cloud_inference.app import Endpoint
from cloud_inference.drain import QUIET_SECONDS, Drain
from cloud_inference.settings import Settings
from tests.cloud_inference.conftest import MODEL_DIR
from tests.cloud_inference.wire import NPY, npy

LONG_CLIP = npy(np.full((300, 54, 2), 0.5, np.float32))


def test_ping_says_503_until_the_model_has_run(start):
    seen = start().wait_until_ready()
    assert 503 in seen
    assert set(seen) <= {None, 503, 200}


def test_everything_is_503_before_the_model_is_loaded():
    endpoint = Endpoint(Settings.from_environment({}))

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(endpoint)
        async with httpx.AsyncClient(transport=transport, base_url="http://container") as client:
            return [await client.get("/ping"), await client.post("/invocations", content=LONG_CLIP, headers=NPY)]

    for response in asyncio.run(ask()):
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "not_ready"


def test_the_start_imports_neither_a_web_framework_nor_a_training_library():
    heavy = {"torch", "fastapi", "starlette", "pydantic", "boto3", "onnx"}
    program = "import sys, cloud_inference.__main__, cloud_inference.classifier; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "onnxruntime" in loaded
    assert not heavy & set(loaded)


def test_too_many_waiting_requests_get_429_and_the_others_an_answer(start):
    container = start(CERCA_QUEUE_LIMIT="2")
    container.wait_until_ready()

    async def storm() -> list[httpx.Response]:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=40), timeout=60) as client:
            return await asyncio.gather(
                *(client.post(f"{container.url}/invocations", content=LONG_CLIP, headers=NPY) for _ in range(40))
            )

    responses = asyncio.run(storm())
    assert {response.status_code for response in responses} == {200, 429}
    refused = next(response for response in responses if response.status_code == 429)
    assert refused.json()["error"]["code"] == "busy"
    assert refused.headers["retry-after"] == "1"
    assert container.ping() == 200


def test_sigterm_lets_a_request_under_way_finish(start):
    container = start()
    container.wait_until_ready()
    head, tail = LONG_CLIP[:1000], LONG_CLIP[1000:]
    half_sent, stopping = threading.Event(), threading.Event()

    def chunks():
        yield head
        half_sent.set()
        stopping.wait(10)
        yield tail

    answers: list[int] = []

    def request() -> None:
        answers.append(httpx.post(f"{container.url}/invocations", content=chunks(), headers=NPY).status_code)

    client = threading.Thread(target=request)
    client.start()
    half_sent.wait(10)
    # The server must have seen the head before the signal, or the connection counts as idle.
    container.ping()
    container.process.terminate()
    stopping.set()
    client.join(20)
    assert answers == [200]
    assert container.end() == (0, "")


def test_whoever_comes_during_the_drain_is_told_so_and_the_request_under_way_still_finishes(start):
    container = start()
    container.wait_until_ready()
    half_sent, asked = threading.Event(), threading.Event()

    def chunks():
        yield LONG_CLIP[:1000]
        half_sent.set()
        asked.wait(10)
        yield LONG_CLIP[1000:]

    answers: list[int] = []
    client = threading.Thread(
        target=lambda: answers.append(
            httpx.post(f"{container.url}/invocations", content=chunks(), headers=NPY).status_code
        )
    )
    client.start()
    half_sent.wait(10)
    container.ping()
    container.process.terminate()
    while container.ping() == 200:
        pass
    late = httpx.post(f"{container.url}/invocations", content=LONG_CLIP, headers=NPY)
    asked.set()
    client.join(20)
    assert (late.status_code, late.json()["error"]["code"]) == (503, "draining")
    assert late.headers["connection"] == "close"
    assert answers == [200]
    assert container.end_by_itself() == (0, "")


def test_sigterm_under_load_fails_no_request_that_was_taken(start):
    container = start()
    container.wait_until_ready()
    statuses: list[int] = []
    lost: list[Exception] = []

    def ask() -> None:
        with httpx.Client(timeout=30) as client:
            # A client that came again after its 503 could meet the port at the moment of closing.
            status = 200
            while status == 200:
                try:
                    status = client.post(f"{container.url}/invocations", content=LONG_CLIP, headers=NPY).status_code
                except httpx.ConnectError:
                    return
                except httpx.TransportError as error:
                    lost.append(error)
                    return
                statuses.append(status)

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    while len(statuses) < 20:
        time.sleep(0.01)
    ended = container.end()
    for client in clients:
        client.join(20)
    assert ended == (0, "")
    assert lost == []
    assert set(statuses) <= {200, 503}


def test_refused_requests_do_not_prolong_the_drain():
    drain = Drain()
    with drain.request():
        drain.begin(3600)
        assert not drain.finished
    ended = time.monotonic()
    while time.monotonic() - ended < 1.1 * QUIET_SECONDS:
        with drain.request():
            time.sleep(0.01)
    with drain.request():
        assert drain.finished


def archive(path: Path, *members: tuple[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_a_model_archive_is_unpacked_for_the_start_only(start, tmp_path):
    (tmp_path / "tmp").mkdir()
    model = tmp_path / "model"
    model.mkdir()
    archive(model / "model.tar.gz", *((f"./{path.name}", path.read_bytes()) for path in MODEL_DIR.iterdir()))
    model.chmod(0o555)
    container = start(SAGEMAKER_MODEL_DIR=str(model), TMPDIR=str(tmp_path / "tmp"))
    container.wait_until_ready()
    response = httpx.post(f"{container.url}/invocations", content=LONG_CLIP, headers=NPY)
    assert response.json()["model"]["file"] == "model.onnx"
    assert list((tmp_path / "tmp").glob("cerca-*")) == []


@pytest.mark.parametrize("name", ["../manifest.json", "/manifest.json", "code/inference.py", ".."])
def test_an_archive_with_paths_is_refused_with_one_sentence(start, tmp_path, name):
    archive(tmp_path / "model.tar.gz", (name, b"{}"))
    code, stderr = start(SAGEMAKER_MODEL_DIR=str(tmp_path)).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert repr(name) in stderr


def test_an_archive_cut_short_is_refused_with_one_sentence(start, tmp_path):
    archive(tmp_path / "model.tar.gz", ("manifest.json", os.urandom(5000)))
    whole = (tmp_path / "model.tar.gz").read_bytes()
    (tmp_path / "model.tar.gz").write_bytes(whole[:2000])
    code, stderr = start(SAGEMAKER_MODEL_DIR=str(tmp_path)).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert "cannot be unpacked" in stderr


def test_a_folder_that_cannot_be_read_ends_the_start_with_one_sentence(start, tmp_path):
    # Root may read everything; a name that the system refuses fails in the same place for everyone.
    code, stderr = start(SAGEMAKER_MODEL_DIR=str(tmp_path / ("x" * 300))).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert "cannot be read" in stderr


def test_a_corrupt_bundle_ends_the_start_with_one_sentence(start, tmp_path):
    broken = tmp_path / "bundle"
    shutil.copytree(MODEL_DIR, broken)
    model = broken / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"\0")
    code, stderr = start(SAGEMAKER_MODEL_DIR=str(broken)).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert "model.onnx" in stderr
    assert "SHA-256" in stderr


def test_a_model_that_onnx_runtime_refuses_ends_the_start_with_one_sentence(start, tmp_path):
    broken = tmp_path / "bundle"
    shutil.copytree(MODEL_DIR, broken)
    content = b"not a model"
    (broken / "model.onnx").write_bytes(content)
    manifest = json.loads((broken / "manifest.json").read_text())
    manifest["files"]["model.onnx"] |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (broken / "manifest.json").write_text(json.dumps(manifest))
    code, stderr = start(SAGEMAKER_MODEL_DIR=str(broken)).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert "model.onnx cannot be run" in stderr


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SAGEMAKER_MODEL_DIR": "/nowhere"}, "/nowhere"),
        ({"CERCA_MODEL_FILE": "model.pt"}, "model.pt"),
        ({"SAGEMAKER_BIND_TO_PORT": "http"}, "SAGEMAKER_BIND_TO_PORT"),
        ({"CERCA_QUEUE_LIMIT": "0"}, "CERCA_QUEUE_LIMIT"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_sentence(start, environment, named):
    code, stderr = start(**environment).end_by_itself()
    assert code == 1
    assert len(stderr.strip().splitlines()) == 1
    assert named in stderr


def test_a_busy_port_ends_the_start_with_one_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        code, stderr = start(SAGEMAKER_BIND_TO_PORT=port).end_by_itself()
    assert code == 1
    assert port in stderr
    assert len(stderr.strip().splitlines()) == 1


def test_another_command_is_answered_with_the_usage():
    done = subprocess.run([sys.executable, "-m", "cloud_inference", "train"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "cloud_inference serve" in done.stderr
