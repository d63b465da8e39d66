"""The endpoint's image into a registry: a real engine and a real registry that asks for ECR's token.

ECR itself is moto's. Needs Debian's `docker-registry` (`apt-get install docker-registry`) beside an engine.
"""

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from infra.deploy import image
from infra.deploy.artifacts import image_tag
from infra.deploy.errors import DeployError, NotReachable
from infra.local.endpoint_process import free_port
from tests.deploy.engine import build, missing, output, run

# bcrypt of the password in moto's authorisation token.
HTPASSWD = "AWS:$2b$04$/NGi5ZMEIyWlVYwWPsuAte02nM6EW7OjInQEZADGquQRZ7iZ/ZX4e\n"
TOKEN = base64.b64encode(b"AWS:123456789012-auth-token").decode()


def answer(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, None
    except OSError:
        return None, None


@pytest.fixture
def registry(tmp_path):
    """Its `host:port`."""
    if shutil.which("docker-registry") is None:
        missing("no docker-registry on this machine")
    port = free_port()
    (tmp_path / "htpasswd").write_text(HTPASSWD)
    settings = {
        "version": "0.1",
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "registry")}},
        "http": {"addr": f"127.0.0.1:{port}"},
        "auth": {"htpasswd": {"realm": "test", "path": str(tmp_path / "htpasswd")}},
    }
    (tmp_path / "registry.yml").write_text(json.dumps(settings))
    with subprocess.Popen(
        ["docker-registry", "serve", tmp_path / "registry.yml"], stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + 20
            while answer(f"http://127.0.0.1:{port}/v2/")[0] != 401:
                assert time.monotonic() < deadline, "the registry does not answer"
                time.sleep(0.05)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_image_is_built_pushed_with_ecrs_token_and_there_as_a_single_manifest(clients, registry, tmp_path):
    build(tmp_path, "endpoint")
    clients("ecr").create_repository(repositoryName="cerca")
    said = []
    uri = image.push_image(clients, f"{registry}/cerca", said.append)
    try:
        assert uri == f"{registry}/cerca:{image_tag()}"
        assert [line.split()[0] for line in said] == ["building", "pushing"]
        manifest = "application/vnd.docker.distribution.manifest.v2+json"
        basic = {"Authorization": f"Basic {TOKEN}", "Accept": manifest}
        status, found = answer(f"http://{registry}/v2/cerca/manifests/{image_tag()}", **basic)
        assert status == 200
        assert found["mediaType"] == manifest and found["layers"]
        assert output("docker", "image", "inspect", "--format", "{{.Architecture}}", uri) == "amd64"
    finally:
        run("docker", "rmi", uri)


def test_an_image_that_is_there_is_not_built_again(clients, monkeypatch):
    monkeypatch.setattr(image, "_is_there", lambda *_: True)
    monkeypatch.setattr(image, "_run", lambda command: pytest.fail(f"ran {command}"))
    said = []
    uri = image.push_image(clients, "1.dkr.ecr/cerca", said.append)
    assert said == [f"{uri} is already there"]


def test_ecr_is_asked_for_the_image_by_its_tag(clients):
    clients("ecr").create_repository(repositoryName="cerca")
    assert not image._is_there(clients, "cerca", "one")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
    clients("ecr").put_image(repositoryName="cerca", imageManifest=json.dumps(manifest), imageTag="one")
    assert image._is_there(clients, "cerca", "one")


def test_without_an_engine_the_remedy_is_named(clients, monkeypatch):
    clients("ecr").create_repository(repositoryName="cerca")
    monkeypatch.setattr(image.shutil, "which", lambda _: None)
    with pytest.raises(NotReachable, match="docker"):
        image.push_image(clients, "1.dkr.ecr/cerca", lambda _: None)


def test_a_failed_build_says_its_last_line(clients, monkeypatch, tmp_path):
    clients("ecr").create_repository(repositoryName="cerca")
    engine = tmp_path / "docker"
    engine.write_text("#!/bin/sh\necho one >&2\necho 'no space left on device' >&2\nexit 1\n")
    engine.chmod(0o755)
    monkeypatch.setattr(image.shutil, "which", lambda _: str(engine))
    with pytest.raises(DeployError, match="no space left on device"):
        image.push_image(clients, "1.dkr.ecr/cerca", lambda _: None)
