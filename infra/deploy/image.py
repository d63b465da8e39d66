"""The endpoint's image into ECR, by the container engine's own command line."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError

from infra.deploy.artifacts import image_tag
from infra.deploy.clients import Clients
from infra.deploy.errors import DeployError, NotReachable
from infra.deploy.settings import ROOT

DOCKERFILE = "infra/images/endpoint.Dockerfile"


def push_image(clients: Clients, repository_uri: str, say: Callable[[str], None]) -> str:
    """The image's address. Builds and pushes only when ECR does not have it. Raises DeployError."""
    tag = image_tag()
    uri = f"{repository_uri}:{tag}"
    if _is_there(clients, repository_uri.partition("/")[2], tag):
        say(f"{uri} is already there")
        return uri
    docker = shutil.which("docker")
    if docker is None:
        raise NotReachable("No `docker` on this machine; it builds the endpoint's image.")
    say(f"building {uri}")
    # SageMaker runs x86-64.
    _run([docker, "build", "--platform", "linux/amd64", "-f", DOCKERFILE, "-t", uri, "."])
    say(f"pushing {uri}")
    with tempfile.TemporaryDirectory() as folder:
        # The token goes into a configuration of its own, gone afterwards.
        _log_in(clients, repository_uri, Path(folder))
        _run([docker, "--config", folder, "push", "--quiet", uri])
    return uri


def _is_there(clients: Clients, repository: str, tag: str) -> bool:
    try:
        clients("ecr").describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ImageNotFoundException":
            return False
        raise
    return True


def _log_in(clients: Clients, repository_uri: str, folder: Path) -> None:
    token = clients("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    base64.b64decode(token, validate=True)
    registry = repository_uri.partition("/")[0]
    path = folder / "config.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"auths": {registry: {"auth": token}}}))


def _run(command: list[str]) -> None:
    # SageMaker takes single images, no lists with attestations. A variable, because only buildx knows the option.
    variables = {**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise DeployError(f"`{' '.join(command[:3])} ...` failed: {' '.join(last) or 'no output'}")
