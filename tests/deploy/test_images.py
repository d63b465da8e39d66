"""The endpoint's image as SageMaker runs it: `docker run IMAGE serve`, any user, nothing to write to."""

import contextlib
import json
import time
import urllib.error
import urllib.request

import pytest

from tests.deploy.engine import MODEL, build, output, run

BASE_MEGABYTES = 150
CLIP = json.dumps({"keypoints": [[[0.5, 0.5]] * 54] * 8}).encode()
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    build(tmp_path_factory.mktemp("images"), "endpoint")
    return "cerca/endpoint"


@contextlib.contextmanager
def container(image, *options, port=8080):
    """Its name and address, once `/ping` says 200."""
    name = output("docker", "run", "--detach", "--publish", f"127.0.0.1::{port}", *options, image, "serve")
    try:
        address = "http://" + output("docker", "port", name, str(port)).splitlines()[0]
        deadline = time.monotonic() + 60
        while not answers(f"{address}/ping"):
            assert time.monotonic() < deadline, run("docker", "logs", name).stderr
            time.sleep(0.1)
        yield name, address
    finally:
        run("docker", "rm", "--force", name)


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.HTTPError):
        return False


def predict(address):
    request = urllib.request.Request(f"{address}/invocations", CLIP, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


@pytest.mark.parametrize("user", ["0", "65532", "12345:12345"])
def test_any_user_on_a_read_only_file_system(image, user):
    with container(image, "--user", user, "--read-only", "--volume", f"{MODEL}:/opt/ml/model:ro") as (name, address):
        assert output("docker", "exec", name, "id", "-u") == user.partition(":")[0]
        assert predict(address)["top"]
        output("docker", "stop", "--time", "30", name)
        assert output("docker", "inspect", "--format", "{{.State.ExitCode}}", name) == "0"


def test_the_port_that_sagemaker_gives(image):
    options = ["--env", "SAGEMAKER_BIND_TO_PORT=9090", "--volume", f"{MODEL}:/opt/ml/model:ro"]
    with container(image, *options, port=9090) as (_, address):
        assert predict(address)["top"]


def test_without_a_model_it_says_so_and_ends(image):
    done = run("docker", "run", "--rm", image, "serve")
    assert done.returncode == 1
    assert "/opt/ml/model" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_model_that_its_user_may_not_read_is_one_sentence(image, tmp_path):
    tmp_path.chmod(0o700)
    done = run("docker", "run", "--rm", "--volume", f"{tmp_path}:/opt/ml/model:ro", image, "serve")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "cloud_inference: /opt/ml/model cannot be read (Permission denied); let user 65532 read it."
    ]


def test_it_adds_little_to_its_base(image):
    sizes = [
        int(output("docker", "image", "inspect", "--format", "{{.Size}}", name))
        for name in (image, "python:3.11-slim-bookworm")
    ]
    assert (sizes[0] - sizes[1]) / 1e6 < BASE_MEGABYTES
