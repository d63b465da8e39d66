import subprocess

import pytest

from samples.render import assets
from samples.render.errors import AssetError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CERCA_CACHE", str(tmp_path))
    return tmp_path


def test_a_body_that_is_not_the_pinned_one_is_refused(cache):
    wheel = cache / "body" / assets.BODY_WHEEL.file
    wheel.parent.mkdir()
    wheel.write_bytes(b"something else")
    with pytest.raises(AssetError, match="delete it and run again"):
        assets.open_body()


def test_a_failed_download_gives_pips_reason_and_leaves_nothing(cache, monkeypatch):
    def no_network(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "WARNING: retrying\nERROR: No matching distribution found\n")

    monkeypatch.setattr(subprocess, "run", no_network)
    with pytest.raises(AssetError, match="No matching distribution found"):
        assets.open_body()
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_a_missing_landmarker_says_how_to_get_it():
    with pytest.raises(AssetError, match=r"hand_landmarker\.task is missing; run `python scripts/landmarkers\.py`"):
        assets.landmarker("hand_landmarker.task")


def test_without_a_setting_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("CERCA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert assets.cache_folder() == tmp_path / "cerca"
