from importlib.util import find_spec
from pathlib import Path

import pytest

from loadtests.extraction.errors import ExtractionError
from loadtests.extraction.task_files import HAND_TASK, POSE_TASK, task_file
from tests.e2e.processes import ROOT


@pytest.fixture
def cache(tmp_path) -> Path:
    """A cache for `CERCA_CACHE` that holds the landmarkers and nothing else."""
    folder = tmp_path / "cache"
    (folder / "landmarkers").mkdir(parents=True)
    for name in (POSE_TASK, HAND_TASK):
        try:
            (folder / "landmarkers" / name).symlink_to(task_file(name))
        except ExtractionError as error:
            pytest.skip(str(error))
    return folder


@pytest.fixture(params=["browser", "python"])
def engine(request) -> str:
    """Each engine that can run here."""
    if request.param == "python" and not (find_spec("mediapipe") and find_spec("av")):
        pytest.skip("the python engine needs the extra `render`")
    if request.param == "browser" and not (ROOT / "edge_site" / "dist" / "index.html").exists():
        pytest.fail("the site is not built: run `make site` (or `make test`, which does).")
    return request.param
