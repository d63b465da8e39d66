"""What loads need of the shipped clips and the built site, made once by a real browser and kept in the cache.

`python -m loadtests.load.shipped` makes it and prints the folder: `keypoints.npz`, and `visit.json`, the paths that a
first visit fetches. A process of its own, because Playwright and gevent do not share one.
"""

import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local.errors import LocalStackError
from infra.local.processes import PROJECT_ROOT
from loadtests.errors import LoadtestError
from loadtests.load.errors import LoadError

SAMPLES = PROJECT_ROOT / "samples"
DIST = PROJECT_ROOT / "edge_site" / "dist"
FPS = 10
"""As `cerca compare` takes frames."""


def keypoints() -> Path:
    """The shipped clips as a dataset. Raises LoadError."""
    return _made() / "keypoints.npz"


def visit() -> list[str]:
    """The paths that a first visit fetches, the page first. Raises LoadError."""
    return json.loads((_made() / "visit.json").read_bytes())


def _made() -> Path:
    folder = _folder()
    if not folder.is_dir():
        done = subprocess.run(
            [sys.executable, "-m", "loadtests.load.shipped"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode or not folder.is_dir():
            last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise LoadError(f"The shipped clips' keypoints could not be extracted: {last[0]}")
    return folder


def _folder() -> Path:
    """Named after the clips and the built site. Raises LoadError where the site is not built."""
    from loadtests.extraction.task_files import cache_folder

    if not (DIST / "index.html").is_file():
        raise LoadError(f"{DIST} has no index.html: build the site with `make site`.")
    key = hashlib.sha256(str(FPS).encode())
    for path in sorted(SAMPLES.rglob("*.webm")):
        key.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for path in sorted(DIST.rglob("*")):
        if path.is_file():
            # Vite names files after their content; those that keep their name are told apart by size.
            key.update(f"{path.relative_to(DIST)} {path.stat().st_size}\n".encode())
    return cache_folder() / "load" / key.hexdigest()[:32]


async def _make(folder: Path) -> None:
    from loadtests.clips import find_clips
    from loadtests.extraction import dataset
    from loadtests.extraction.browser_engine import BrowserEngine
    from loadtests.extraction.cache import Cache
    from loadtests.extraction.extract import extract_all, open_sessions
    from loadtests.extraction.task_files import cache_folder

    clips = find_clips(SAMPLES)
    async with open_sessions(BrowserEngine(FPS), 1) as sessions:
        visited = sessions[0].visited
        extraction = await extract_all(sessions, clips, Cache(cache_folder() / "keypoints"), lambda clip, refusal: None)
    if not extraction.extracted:
        raise LoadError("None of the shipped clips could be used.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as made:
        dataset.save(clips, extraction, Path(made) / "keypoints.npz")
        (Path(made) / "visit.json").write_text(json.dumps(visited))
        Path(made).chmod(0o755)
        if not folder.is_dir():
            Path(made).rename(folder)
            Path(made).mkdir()  # for the way out


def main() -> int:
    try:
        folder = _folder()
        if not folder.is_dir():
            asyncio.run(_make(folder))
    except (LoadtestError, LocalStackError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
