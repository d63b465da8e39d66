"""The function as it is zipped for Lambda: its own folder and nothing else of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("client", "imports_boto3"), [("lean", "False"), ("boto3", "True")])
def test_the_folder_alone_is_the_function(tmp_path, client, imports_boto3):
    shutil.copytree(ROOT / "lambda_proxy", tmp_path / "lambda_proxy")
    program = """
import sys
class OnlyHere:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"analysis", "cerca", "cloud_inference", "infra", "loadtests", "recognizer"}:
            raise ImportError(f"{name} is not in the function's package")
sys.meta_path.insert(0, OnlyHere())
from lambda_proxy.handler import handler
print(sys.modules["lambda_proxy"].__file__, callable(handler), "boto3" in sys.modules, "numpy" in sys.modules)
"""
    environment = {
        **os.environ,
        "CERCA_ENDPOINT_NAME": "cerca",
        "CERCA_LAMBDA_CLIENT": client,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    package = str(tmp_path / "lambda_proxy" / "__init__.py")
    assert done.stdout.split() == [package, "True", imports_boto3, "False"], done.stderr


def test_a_function_without_an_endpoint_name_fails_in_its_init(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "CERCA_ENDPOINT_NAME"}
    done = subprocess.run(
        [sys.executable, "-c", "import lambda_proxy.handler"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "CERCA_ENDPOINT_NAME" in done.stderr


def test_an_unknown_client_fails_in_the_init_and_names_the_known_ones():
    environment = {**os.environ, "CERCA_ENDPOINT_NAME": "cerca", "CERCA_LAMBDA_CLIENT": "curl"}
    done = subprocess.run(
        [sys.executable, "-c", "import lambda_proxy.handler"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "set it to lean or boto3" in done.stderr
