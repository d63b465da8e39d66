"""Where Chromium is, and how it is started for a measurement.

`python -m loadtests.chromium` prints its path, or says what to install and exits 1.
"""

import os
import shutil
import sys
from pathlib import Path

from loadtests.errors import ChromiumMissing

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# A measurement must not share the network or the processor with the browser's own errands.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# Without a GPU, WebGL (which MediaPipe asks for) runs in software.
SOFTWARE_GL = ["--disable-gpu", "--enable-unsafe-swiftshader"]


def find_chromium() -> Path:
    """`$CERCA_CHROMIUM`, else a Chromium or Chrome on PATH, else macOS's application, else Playwright's download.

    Raises ChromiumMissing.
    """
    if named := os.environ.get("CERCA_CHROMIUM"):
        if shutil.which(named):
            return Path(named)
        raise ChromiumMissing(f"CERCA_CHROMIUM names {named}, which is not a program: correct or unset it.")
    for name in (*NAMES, *MAC_APPS):
        if found := shutil.which(name):
            return Path(found)
    from playwright.sync_api import sync_playwright  # slow to import, and seldom needed

    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    if downloaded.exists():
        return downloaded
    raise ChromiumMissing(
        "There is no Chromium to measure with: install it (Debian and Ubuntu: apt-get install chromium; elsewhere "
        "Google Chrome or `.venv/bin/playwright install chromium`), or name one in CERCA_CHROMIUM."
    )


def arguments() -> list[str]:
    """Command-line switches for a quiet, headless browser; root (a container) has no sandbox to offer."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, *SOFTWARE_GL, *(["--no-sandbox"] if as_root else [])]


if __name__ == "__main__":
    try:
        print(find_chromium())
    except ChromiumMissing as missing:
        sys.exit(str(missing))
