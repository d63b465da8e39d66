"""The real image under SageMaker's own SDK in local mode: it unpacks model.tar.gz, starts the container, invokes it.

The SDK (version 2, the one with local mode for any image) is not installed with this project. Make it an environment:
`python -m venv DIR && DIR/bin/pip install "sagemaker[local]<3"`, and name its Python in `CERCA_SAGEMAKER_PYTHON`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.deploy.artifacts import model_archive
from infra.local.endpoint_process import free_port
from tests.deploy.engine import MODEL, build, compose, missing, output

PROGRAM = Path(__file__).with_name("sagemaker_local.py")
OPT_OUT = "SchemaVersion: '1.0'\nSageMaker: {PythonSDK: {Modules: {TelemetryOptOut: true}}}\n"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_sagemakers_own_sdk_starts_the_image_and_gets_an_answer(tmp_path):
    build(tmp_path, "endpoint")
    python = os.environ.get("CERCA_SAGEMAKER_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import sagemaker.local"], capture_output=True, check=False).returncode:
        missing("no SageMaker SDK with local mode: see this file's first lines")
    compose()  # what local mode starts the container with
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(model_archive(MODEL).body)
    tmp_path.chmod(0o755)  # local mode mounts this folder, and the image's user is not root
    (tmp_path / "config.yaml").write_text(OPT_OUT)
    variables = {"AWS_DEFAULT_REGION": "us-east-1", "SAGEMAKER_USER_CONFIG_OVERRIDE": str(tmp_path / "config.yaml")}
    done = subprocess.run(
        [python, PROGRAM, archive, str(free_port())],
        env={**os.environ, **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "telemetry" not in done.stderr
    answer = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    shipped = json.loads((MODEL / "manifest.json").read_text())
    assert answer["model"]["sha256"] == shipped["files"][shipped["default_file"]]["sha256"]
    assert output("docker", "ps", "--quiet", "--filter", "ancestor=cerca/endpoint") == ""
    # Local mode leaves it stopped.
    left = output(
        "docker", "ps", "--all", "--quiet", "--filter", "ancestor=cerca/endpoint", "--filter", "name=-algo-1-"
    )
    output("docker", "rm", *left.split())
