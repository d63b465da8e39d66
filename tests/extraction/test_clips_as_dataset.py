"""A folder of clips where a dataset is asked for: `cerca train --data CLIPS`."""

import shutil
import signal
import time

import pytest

from cerca import main
from loadtests.extraction import engines
from loadtests.extraction.errors import ExtractionError
from recognizer import datasets, extractor
from recognizer.errors import DatasetError
from tests.e2e.processes import ROOT, cerca, survivors
from tests.extraction.toys import ToyEngine, extracted, person, refuse


@pytest.fixture
def clips(tmp_path, monkeypatch):
    """Three clips of two signs, the third of which shows nobody; extracted by a toy engine into a cache of its own."""
    monkeypatch.setenv("CERCA_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "clips"
    for name in ("hello/a.mp4", "Thank_You/b.mp4", "hello/c.mp4"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def use(engine, monkeypatch):
    monkeypatch.setattr(engines, "make_engine", lambda name, fps: engine)
    return engine


def test_cerca_makes_every_dataset_option_take_clips():
    assert main.app and extractor.of_clips is not None


def test_clips_become_a_dataset_and_a_refused_one_is_named(clips, monkeypatch):
    use(ToyEngine(lambda path: refuse(path) if path.name == "c.mp4" else extracted(person(7))), monkeypatch)
    loaded = datasets.load(clips)
    assert loaded.labels == ("hello", "thank-you") and sorted(loaded.clip) == ["Thank_You/b.mp4", "hello/a.mp4"]
    assert loaded.frames.tolist() == [7, 7] and '"toy"' in loaded.source
    assert any("hello/c.mp4" in note for note in loaded.notes)


def test_clips_are_extracted_once(clips, monkeypatch):
    engine = use(ToyEngine(), monkeypatch)
    for _ in range(2):
        assert len(datasets.load(clips)) == 3
    assert sorted(engine.asked) == ["a.mp4", "b.mp4", "c.mp4"]


def test_clips_that_show_nobody_at_all_are_refused(clips, monkeypatch):
    use(ToyEngine(refuse), monkeypatch)
    with pytest.raises(DatasetError, match="no clip with a label and a person"):
        datasets.load(clips)


def test_an_engine_that_cannot_start_says_so_in_one_sentence(clips, monkeypatch):
    class Broken(ToyEngine):
        def session(self):
            raise ExtractionError("The site is not built: run `make site`.")

    use(Broken(), monkeypatch)
    with pytest.raises(DatasetError, match="run `make site`"):
        datasets.load(clips)


def test_a_folder_without_clips_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="holds no clips"):
        datasets.load(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_the_extraction_behind_a_dataset_leaves_no_process(cache, tmp_path, ask):
    folder = tmp_path / "clips" / "hello"
    folder.mkdir(parents=True)
    for clip in sorted((ROOT / "samples").glob("*/*.webm"))[:2]:
        shutil.copy(clip, folder)
    with cerca("dataset", str(folder.parent), CERCA_CACHE=str(cache)) as (process, mark):
        deadline = time.monotonic() + 120
        while not list((cache / "keypoints").rglob("*.npz")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(ask)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, survivors(mark)) == (130, []), errors
    assert "Traceback" not in errors
