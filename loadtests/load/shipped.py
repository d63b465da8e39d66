"""What loads need of the shipped clips and of the built site, made once by a real browser and kept in the cache.

`python -m loadtests.load.shipped keypoints|visit` makes one and prints where it is. A process of its own, because
Playwright and gevent do not share one.
"""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
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
    """The shipped clips as a dataset (npz), whichever build of the site extracted them. Raises LoadError."""
    return _kept("keypoints")


def visit() -> list[str]:
    """The paths that a first visit of the built site fetches, the page first. Raises LoadError."""
    return json.loads(_kept("visit").read_bytes())


def _kept(what: str) -> Path:
    path = _path(what)
    if not path.exists():
        done = subprocess.run(
            [sys.executable, "-m", "loadtests.load.shipped", what],
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not path.exists():
            last = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
            raise LoadError(f"The {what} of the shipped clips and site could not be taken: {last[0]}")
    return path


def _path(what: str) -> Path:
    """Named after what decides it: the clips, or the files of the built site. Raises LoadError if that is not built."""
    from loadtests.extraction.task_files import cache_folder

    if not (DIST / "index.html").is_file():
        raise LoadError(f"{DIST} has no index.html: build the site with `make site`.")
    key = hashlib.sha256(f"{FPS}".encode())
    if what == "keypoints":
        for path in sorted(SAMPLES.rglob("*.webm")):
            key.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    else:
        # Vite names files after their content; those that keep their name are told apart by size.
        for path in sorted(DIST.rglob("*")):
            key.update(f"{path.relative_to(DIST)} {path.stat().st_size}\n".encode())
    suffix = {"keypoints": ".npz", "visit": ".json"}[what]
    return cache_folder() / "load" / f"{what}-{key.hexdigest()[:24]}{suffix}"


async def _make_keypoints(path: Path) -> None:
    from loadtests.clips import find_clips
    from loadtests.extraction import dataset
    from loadtests.extraction.browser_engine import BrowserEngine
    from loadtests.extraction.cache import Cache
    from loadtests.extraction.extract import extract_all, open_sessions
    from loadtests.extraction.task_files import cache_folder

    clips = find_clips(SAMPLES)
    async with open_sessions(BrowserEngine(FPS), 1) as sessions:
        extraction = await extract_all(sessions, clips, Cache(cache_folder() / "keypoints"), lambda clip, refusal: None)
    if not extraction.extracted:
        raise LoadError("None of the shipped clips could be used.")
    dataset.save(clips, extraction, path)


async def _make_visit(path: Path) -> None:
    from playwright.async_api import async_playwright

    from infra.local import SiteServer
    from loadtests.page import open_page

    with SiteServer(DIST) as site, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright, open_page(playwright, Path(profile)) as page:
            assets = (await page.visit(site.url))["assets"]
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(list(dict.fromkeys(asset["name"] for asset in assets))))
    partial.replace(path)


MAKERS: dict[str, Callable[[Path], Awaitable[None]]] = {"keypoints": _make_keypoints, "visit": _make_visit}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in MAKERS:
        print(f"Say which: {' or '.join(MAKERS)}.", file=sys.stderr)
        return 2
    try:
        path = _path(sys.argv[1])
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            asyncio.run(MAKERS[sys.argv[1]](path))
    except (LoadtestError, LocalStackError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
