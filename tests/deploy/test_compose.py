"""docker-compose.yml on a real engine: images are built, every service gets healthy, keypoints go through.

Skipped where no engine answers; `CERCA_DOCKER=1` makes that a failure. Where no registry is reachable the base images
are stand-ins, and the output says so.
"""

import io
import json
import os
import signal
import time
import urllib.error
import urllib.request

import numpy as np
import pytest

from infra.deploy.deploy import Deployer
from infra.deploy.destroy import destroy
from infra.deploy.settings import HEADERS, ROOT, Settings
from tests.deploy.engine import build, compose, missing, output, run

API = "http://127.0.0.1:8001/prod/predict"
SITE = "http://127.0.0.1:8000/"
BASELINE = "http://127.0.0.1:8081/invocations"
SERVICES = {"endpoint": 1, "gateway": 1, "lambda": 2, "site": 1}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Compose's command, while the stack is up."""
    command = compose()
    build(tmp_path_factory.mktemp("images"))
    started = run(*command, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "120")
    try:
        assert started.returncode == 0, started.stderr
        yield command
    finally:
        run(*command, "--profile", "baseline", "down", "--timeout", "5")


def containers(command, *service):
    """What the engine knows of each container."""
    return [json.loads(output("docker", "inspect", name))[0] for name in output(*command, "ps", "-q", *service).split()]


def ask(body, content_type, query="", address=API):
    request = urllib.request.Request(address + query, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return response.status, json.load(response), response.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def clip():
    return np.random.default_rng(0).random((30, 54, 2), np.float32)


def as_npy(keypoints):
    npy = io.BytesIO()
    np.save(npy, keypoints)
    return npy.getvalue()


def test_both_wire_formats_get_the_same_answer(stack):
    status, binary, headers = ask(as_npy(clip()), "application/x-npy", "?top_k=3")
    assert status == 200, binary
    assert len(binary["top"]) == 3
    assert {"gateway", "lambda", "handler", "sagemaker", "endpoint-inference"} <= {
        entry.partition(";")[0].strip() for entry in headers["Server-Timing"].split(",")
    }
    _, text, _ = ask(json.dumps({"keypoints": clip().tolist()}).encode(), "application/json", "?top_k=3")
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


def test_every_container_is_healthy_limited_and_may_do_little(stack):
    running = containers(stack)
    names = [container["Config"]["Labels"]["com.docker.compose.service"] for container in running]
    assert {name: names.count(name) for name in names} == SERVICES
    for container in running:
        host = container["HostConfig"]
        assert container["State"]["Health"]["Status"] == "healthy"
        assert host["Memory"] > 0 and host["NanoCpus"] > 0
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert container["Config"]["User"] not in ("", "0", "root")
        assert set(container["NetworkSettings"]["Networks"]) == {"cerca_stack"}


@pytest.mark.parametrize("service", ["lambda", "endpoint", "gateway"])
def test_a_container_that_dies_is_back_and_the_stack_answers(stack, service):
    for container in containers(stack, service):
        os.kill(container["State"]["Pid"], signal.SIGKILL)  # the engine's own kill would mean a stop
    deadline = time.monotonic() + 60
    while not (answers() and all(container["RestartCount"] for container in containers(stack, service))):
        assert time.monotonic() < deadline, f"a minute after {service} was killed it is not back"
        time.sleep(0.2)


def answers():
    try:
        return ask(as_npy(clip()), "application/x-npy")[0] == 200
    except (OSError, ValueError):
        return False  # the gateway itself is away


def test_more_function_containers_are_more_requests_at_once(stack):
    scaled = run(*stack, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "60", "--scale", "lambda=3")
    assert scaled.returncode == 0, scaled.stderr
    assert len(containers(stack, "lambda")) == 3


def test_the_baseline_answers_as_the_endpoint_does(stack, tmp_path):
    """PyTorch's answer through its own container beside ours."""
    try:
        build(tmp_path, "baseline")
    except AssertionError as error:
        if "torch" not in str(error):
            raise
        missing("the baseline's PyTorch cannot be had: neither its index nor wheels in PIP_FIND_LINKS")
    started = run(*stack, "--profile", "baseline", "up", "--detach", "--no-build", "--wait", "baseline")
    assert started.returncode == 0, started.stderr
    body = json.dumps({"keypoints": clip().tolist()}).encode()
    status, theirs, _ = ask(body, "application/json", address=BASELINE)
    assert status == 200, theirs
    _, ours, _ = ask(body, "application/json")
    assert [entry["label"] for entry in theirs["top"]][:3] == [entry["label"] for entry in ours["top"]][:3]


@pytest.fixture
def localstack(stack, tmp_path, monkeypatch):
    """LocalStack beside the stack, whose function finds InvokeEndpoint at the stack's gateway."""
    image = "localstack/localstack:4.14.0"
    if run("docker", "image", "inspect", image).returncode and run("docker", "pull", "--quiet", image).returncode:
        made = run("scripts/stand_in_localstack", os.environ.get("CERCA_STAND_INS") or str(tmp_path))
        print(made.stderr)
        assert made.returncode == 0, made.stderr
        monkeypatch.setenv(*made.stdout.strip().splitlines()[-1].split("=", 1))
    command = [*stack, "--profile", "localstack"]
    started = run(*command, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "120", "localstack")
    try:
        assert started.returncode == 0, started.stderr
        yield Settings("localstack", name="cerca-compose", sagemaker_url="http://gateway:9001")
    finally:
        run(*command, "rm", "--force", "--stop", "localstack")
        run("docker", "rm", "--force", "cerca-registry")


def test_a_deployment_to_localstack_answers_a_prediction_and_leaves_nothing(localstack, tmp_path):
    deployment = Deployer(localstack, print).run(tmp_path / "deployment.json")
    assert deployment.complete
    shipped = json.loads((ROOT / "models" / "default" / "manifest.json").read_text())
    assert deployment.model_sha256 == shipped["files"][shipped["default_file"]]["sha256"]
    status, binary, _ = ask(as_npy(clip()), "application/x-npy", address=deployment.api_url)
    assert status == 200, binary
    status, refusal, _ = ask(b'{"keypoints": [[1]]}', "application/json", address=deployment.api_url)
    assert (status, refusal["error"]["code"]) == (400, "bad_shape")
    assert [entry.resource for entry in destroy(localstack, print) if entry.there] == []
