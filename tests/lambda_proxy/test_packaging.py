"""The function as it is zipped for Lambda: its own folder and nothing else of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_folder_alone_is_the_function(tmp_path):
    shutil.copytree(ROOT / "lambda_proxy", tmp_path / "lambda_proxy")
    program = """
import sys
class OnlyHere:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"analysis", "cerca", "cloud_inference", "infra", "loadtests", "recognizer"}:
            raise ImportError(f"{name} is not in the function's package")
sys.meta_path.insert(0, OnlyHere())
from lambda_proxy.handler import handler
print(sys.modules["lambda_proxy"].__file__, callable(handler), "numpy" in sys.modules)
"""
    environment = {
        **os.environ,
        "CERCA_ENDPOINT_NAME": "cerca",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(tmp_path / "lambda_proxy" / "__init__.py"), "True", "False"], done.stderr


def test_a_function_without_an_endpoint_name_fails_in_its_init(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "CERCA_ENDPOINT_NAME"}
    done = subprocess.run(
        [sys.executable, "-c", "import lambda_proxy.handler"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "CERCA_ENDPOINT_NAME" in done.stderr
