import shutil
from pathlib import Path

import pytest

from tests.e2e.processes import ROOT


@pytest.fixture(scope="session", autouse=True)
def built_site():
    if not (ROOT / "edge_site" / "dist" / "index.html").exists():
        pytest.fail("the site is not built: run `make site` (or `make test`, which does).")


@pytest.fixture
def two_clips(tmp_path) -> Path:
    """A folder with the first shipped clip of two glosses."""
    folder = tmp_path / "clips"
    for gloss in ("hello", "please"):
        clip = sorted((ROOT / "samples" / gloss).glob("*.webm"))[0]
        (folder / gloss).mkdir(parents=True)
        shutil.copy(clip, folder / gloss)
    return folder
