"""`cerca extract` and `cerca divergence` as a user runs them: real engines, real clips."""

import json
import shutil
import signal
import time

import numpy as np
import pytest

from tests.e2e.processes import ROOT, cerca, marked_processes, run_cerca, survivors

pytestmark = pytest.mark.slow
HELLO = ROOT / "samples/hello/hello_91_A.webm"
SLOW = ("--fps", "5")  # few frames, so that the tests are quick


@pytest.fixture
def mixed(tmp_path):
    """A good clip, one that is no video, one without a person."""
    folder = tmp_path / "clips"
    (folder / "hello").mkdir(parents=True)
    shutil.copy(HELLO, folder / "hello")
    shutil.copy(ROOT / "tests/data/not_a_video.mp4", folder)
    shutil.copy(ROOT / "tests/samples/data/empty_room.webm", folder)
    return folder


def test_good_clips_are_kept_and_bad_ones_named(engine, mixed, cache, tmp_path):
    out = tmp_path / "new" / "keypoints.npz"
    options = ("--clips", str(mixed), "--out", str(out), "--engine", engine, *SLOW)
    finished, left = run_cerca("extract", *options, CERCA_CACHE=str(cache))
    assert (finished.returncode, left) == (1, []), finished.stderr
    assert "Traceback" not in finished.stderr
    for name in ("not_a_video.mp4", "empty_room.webm"):
        (told,) = [line for line in finished.stderr.splitlines() if line.startswith(name)]
        assert told.endswith(".")
    with np.load(out, allow_pickle=False) as archive:
        assert archive["clip"].tolist() == ["hello/hello_91_A.webm"]
        assert archive["labels"].tolist() == ["hello"]
        assert archive["frames"].tolist() == [10]
        keypoints = archive["keypoints"]
        source = json.loads(str(archive["source"]))
    assert (source["engine"], source["options"]) == (engine, {"fps": 5})
    assert source["versions"]
    assert not np.isnan(keypoints[:, :11]).any(), "the pose is found in every frame"
    assert np.nanmin(keypoints) > 0 and np.nanmax(keypoints) < 1.2
    assert not list(out.parent.glob(".*"))


def wait_for_a_clip(process, cache):
    """Until the running command has kept its first; what it has kept."""
    deadline = time.monotonic() + 120
    while not (kept := list((cache / "keypoints").rglob("*.npz"))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return kept


def test_an_interrupted_extraction_leaves_no_process_and_goes_on_where_it_stopped(engine, cache, tmp_path):
    # One signal each, to be quick: what catches them is the same for both (and see test_clips_as_dataset.py).
    ask = {"browser": signal.SIGINT, "python": signal.SIGTERM}[engine]
    out = tmp_path / "keypoints.npz"
    clips = tmp_path / "clips"
    clips.mkdir()
    for clip in sorted((ROOT / "samples").glob("*/*.webm"))[:3]:
        shutil.copy(clip, clips)
    options = ("extract", "--clips", str(clips), "--out", str(out), "--engine", engine, *SLOW, "--jobs", "1")
    with cerca(*options, CERCA_CACHE=str(cache)) as (process, mark):
        kept = wait_for_a_clip(process, cache)
        process.send_signal(ask)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, survivors(mark)) == (130, []), errors
    assert "Traceback" not in errors
    assert not out.exists()
    written = {path: path.stat().st_mtime_ns for path in kept}
    finished, _ = run_cerca(*options, CERCA_CACHE=str(cache))
    assert finished.returncode == 0, finished.stderr
    assert {path: path.stat().st_mtime_ns for path in kept} == written
    with np.load(out, allow_pickle=False) as archive:
        assert len(archive["frames"]) == 3


def test_a_worker_that_dies_costs_one_clip(cache, tmp_path):
    pytest.importorskip("mediapipe", reason="the python engine needs the extra `render`")
    out, clips = tmp_path / "keypoints.npz", tmp_path / "clips"
    clips.mkdir()
    for clip in sorted((ROOT / "samples").glob("*/*.webm"))[:3]:
        shutil.copy(clip, clips)
    options = ("extract", "--clips", str(clips), "--out", str(out), "--engine", "python", "--jobs", "1", "--fps", "10")
    with cerca(*options, CERCA_CACHE=str(cache)) as (process, mark):
        wait_for_a_clip(process, cache)
        (worker,) = [
            found for found in marked_processes(mark) if "loadtests.extraction.python_worker" in found.cmdline()
        ]
        worker.kill()
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, survivors(mark)) == (1, []), errors
    (told,) = [line for line in errors.splitlines() if "MediaPipe ended while it read" in line]
    with np.load(out, allow_pickle=False) as archive:
        assert len(archive["frames"]) == 2
        assert not any(told.startswith(name) for name in archive["clip"])


def test_each_engine_repeats_itself_in_every_bit(engine, cache, tmp_path):
    clips, out = tmp_path / "clips", tmp_path / "out"
    (clips / "hello").mkdir(parents=True)
    shutil.copy(HELLO, clips / "hello")
    options = ("--clips", str(clips), "--out", str(out), "--engines", f"{engine},{engine}", *SLOW)
    finished, _ = run_cerca("divergence", *options, CERCA_CACHE=str(cache))
    assert finished.returncode == 0, finished.stderr
    found = json.loads((out / "divergence.json").read_text())
    assert (found["clips"], found["identical_clips"]) == (1, 1)
    assert "1 of 1 clips are the same in every bit" in finished.stdout


def test_the_engines_see_the_same_frames_upright_and_nearly_the_same_person(cache, tmp_path):
    pytest.importorskip("mediapipe", reason="the python engine needs the extra `render`")
    from tests.extraction.recordings import on_its_side

    clips, out = tmp_path / "clips", tmp_path / "out"
    (clips / "hello").mkdir(parents=True)
    shutil.copy(HELLO, clips / "hello")
    on_its_side(HELLO, clips / "hello" / "turned.mp4")
    finished, left = run_cerca("divergence", "--clips", str(clips), "--out", str(out), *SLOW, CERCA_CACHE=str(cache))
    assert (finished.returncode, left) == (0, []), finished.stderr
    found = json.loads((out / "divergence.json").read_text())
    assert (found["frames"], found["other_frames"]) == (20, [])
    assert found["sizes"] == {"640x480": 2}
    # A tenth of the shoulders would be a swapped arm or another frame; the engines' arithmetic is far below.
    assert {part["part"] for part in found["parts"] if part["median_shoulders"] < 0.1} == {"face", "arms", "right_hand"}
    assert all(hand["agreement"] == 1 for hand in found["hands"])
    assert (out / "index.html").exists()


def one_sentence(*arguments, **environment) -> str:
    """What a command that did nothing told its user: one line, no traceback."""
    finished, left = run_cerca(*arguments, **environment)
    assert (finished.returncode, left) == (2, []), finished.stderr
    (line,) = finished.stderr.strip().splitlines()
    return line


def test_where_there_is_nothing_to_extract_one_sentence_says_so(tmp_path):
    out = str(tmp_path / "keypoints.npz")
    assert "[red]none is not a folder" in one_sentence("extract", "--clips", str(tmp_path / "[red]none"), "--out", out)
    assert "holds no clips" in one_sentence("divergence", "--clips", str(tmp_path), "--out", out)


def test_engines_that_do_not_exist_are_refused(tmp_path):
    for engines in ("browser", "browser,java", "browser,python,python", ""):
        options = ("--clips", str(ROOT / "samples"), "--out", str(tmp_path), "--engines", engines)
        assert "name two of browser, python" in one_sentence("divergence", *options)


def test_a_missing_landmarker_says_how_to_get_it(tmp_path):
    pytest.importorskip("mediapipe", reason="the python engine needs the extra `render`")
    options = ("--clips", str(ROOT / "samples"), "--out", str(tmp_path / "k.npz"), "--engine", "python")
    assert "scripts/landmarkers.py" in one_sentence("extract", *options, CERCA_CACHE=str(tmp_path))


def test_what_the_second_engine_lacks_is_told_before_the_first_has_worked(cache, tmp_path):
    pytest.importorskip("mediapipe", reason="the python engine needs the extra `render`")
    options = ("--clips", str(ROOT / "samples"), "--out", str(tmp_path / "out"), "--engines", "python,browser")
    said = one_sentence("divergence", *options, CERCA_CACHE=str(cache), CERCA_CHROMIUM=str(tmp_path / "none"))
    assert "CERCA_CHROMIUM" in said
    assert not (cache / "keypoints").exists()


def test_a_missing_browser_says_what_to_install(tmp_path):
    options = ("--clips", str(ROOT / "samples"), "--out", str(tmp_path / "k.npz"))
    assert "CERCA_CHROMIUM" in one_sentence("extract", *options, CERCA_CHROMIUM=str(tmp_path / "none"))


def test_where_no_clip_can_be_used_nothing_is_written(engine, cache, tmp_path):
    clips, out = tmp_path / "clips", tmp_path / "keypoints.npz"
    clips.mkdir()
    shutil.copy(ROOT / "tests/data/not_a_video.mp4", clips)
    options = ("--clips", str(clips), "--out", str(out), "--engine", engine)
    finished, _ = run_cerca("extract", *options, CERCA_CACHE=str(cache))
    assert finished.returncode == 2
    assert "not_a_video.mp4" in finished.stderr
    assert not out.exists()
