"""Many clips through an engine: what is kept, what is told, what is written."""

import asyncio
import json

import numpy as np
import pytest

from loadtests.clips import Clip
from loadtests.extraction import dataset
from loadtests.extraction.cache import Cache
from loadtests.extraction.extract import Extraction, extract_all, open_sessions
from recognizer import datasets
from tests.extraction.toys import ToyEngine, extracted, person, refuse


@pytest.fixture
def clips(tmp_path):
    """Three clips; the last has no gloss."""
    made = []
    for number, gloss in enumerate(("water", "no", None)):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(bytes([number]) * 100)
        made.append(Clip(path.name, path, gloss, signer="S1" if gloss else None, session="R1" if gloss else None))
    return made


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def run(engine, clips, cache, jobs=1, seen=lambda clip, refusal: None):
    async def extracting():
        async with open_sessions(engine, jobs) as sessions:
            return await extract_all(sessions, clips, cache, seen)

    return asyncio.run(extracting())


def one_bad(path):
    return refuse(path) if path.name == "1.mp4" else extracted(person(frames=5 + int(path.stem)))


def test_a_refused_clip_leaves_the_others(clips, cache):
    told = []
    found = run(ToyEngine(one_bad), clips, cache, seen=lambda clip, refusal: told.append((clip.name, str(refusal))))
    assert sorted(found.extracted) == ["0.mp4", "2.mp4"]
    assert found.refused == {"1.mp4": "Nobody was found in 1.mp4."}
    assert told == [("0.mp4", "None"), ("1.mp4", "Nobody was found in 1.mp4."), ("2.mp4", "None")]


def test_every_session_is_used_and_closed(clips, cache):
    engine = ToyEngine()
    most = []
    run(engine, clips, cache, jobs=2, seen=lambda *_: most.append(engine.open))
    assert max(most) == 2
    assert engine.open == 0
    assert sorted(engine.asked) == ["0.mp4", "1.mp4", "2.mp4"]


def test_an_extraction_cut_short_goes_on_where_it_stopped(clips, cache):
    async def cut_short():
        engine = ToyEngine()
        task = asyncio.current_task()
        with pytest.raises(asyncio.CancelledError):
            async with open_sessions(engine, 1) as sessions:
                await extract_all(sessions, clips, cache, lambda clip, _: clip.name == "1.mp4" and task.cancel())
        return engine.asked, engine.open

    asked, left_open = asyncio.run(cut_short())
    assert (asked[:2], left_open) == (["0.mp4", "1.mp4"], 0)
    again = ToyEngine()
    found = run(again, clips, cache)
    assert sorted(found.extracted) == ["0.mp4", "1.mp4", "2.mp4"]
    assert again.asked == ["2.mp4"]


def test_a_refused_clip_is_tried_again(clips, cache):
    run(ToyEngine(refuse), clips, cache)
    again = ToyEngine()
    run(again, clips, cache)
    assert len(again.asked) == 3


def test_another_version_of_the_engine_extracts_anew(clips, cache):
    run(ToyEngine(version=1), clips, cache)
    newer = ToyEngine(version=2)
    run(newer, clips, cache)
    assert len(newer.asked) == 3


def test_a_clip_that_changed_is_extracted_anew_and_a_renamed_one_is_not(clips, cache):
    run(ToyEngine(), clips, cache)
    clips[0].path.write_bytes(b"another recording")
    renamed = clips[1].path.rename(clips[1].path.with_name("renamed.mp4"))
    engine = ToyEngine()
    run(engine, [clips[0], Clip("renamed.mp4", renamed, "no")], cache)
    assert engine.asked == ["0.mp4"]


def test_without_a_cache_every_clip_is_extracted_anew(clips, cache):
    run(ToyEngine(), clips, cache)
    engine = ToyEngine()
    run(engine, clips, None)
    assert len(engine.asked) == 3


def test_what_the_cache_gives_back_is_what_it_was_given(clips, cache):
    keypoints = person(frames=7)
    keypoints[3, 20:] = np.nan
    given = extracted(keypoints, rate=15.0)
    cache.keep("ab" * 32, given)
    back = cache.find("ab" * 32)
    assert np.array_equal(back.keypoints, keypoints, equal_nan=True)
    assert (back.width, back.height, back.rate, back.duration) == (given.width, given.height, 15.0, given.duration)


@pytest.mark.parametrize("damage", [lambda content: content[:50], lambda content: b"", lambda content: b"PK" + content])
def test_a_damaged_entry_of_the_cache_is_not_used(tmp_path, cache, damage):
    cache.keep("ab" * 32, extracted(person()))
    (entry,) = (tmp_path / "cache").rglob("*.npz")
    entry.write_bytes(damage(entry.read_bytes()))
    found = cache.find("ab" * 32)
    assert found is None or np.array_equal(found.keypoints, person())


def test_the_npz_says_everything_of_every_clip(clips, cache, tmp_path):
    found = run(ToyEngine(one_bad), clips, cache)
    out = tmp_path / "keypoints.npz"
    dataset.save(clips, found, out)
    with np.load(out, allow_pickle=False) as archive:
        assert archive["frames"].tolist() == [5, 7]
        assert archive["keypoints"].shape == (12, 54, 2)
        assert archive["keypoints"].dtype == np.float32
        assert np.array_equal(archive["keypoints"][5:], person(frames=7))
        assert archive["clip"].tolist() == ["0.mp4", "2.mp4"]
        assert (archive["label"].tolist(), archive["labels"].tolist()) == ([0, -1], ["water"])
        assert (archive["signer"].tolist(), archive["session"].tolist()) == (["S1", ""], ["R1", ""])
        assert archive["fps"].tolist() == [10, 10]
        assert json.loads(str(archive["source"])) == ToyEngine().identity


def test_training_reads_what_extraction_writes(clips, tmp_path):
    keypoints = person(frames=6)
    keypoints[0, 30:40] = np.nan
    out = tmp_path / "keypoints.npz"
    dataset.save(clips[:1], Extraction({"engine": "toy"}, {"0.mp4": extracted(keypoints)}), out)
    data = datasets.load(out)
    assert np.array_equal(data.clips[0], keypoints, equal_nan=True)
    assert (data.labels, data.label.tolist(), data.signer.tolist()) == (("water",), [0], ["S1"])


def test_the_frame_rate_is_the_clips_own_where_that_is_lower_than_asked_for():
    assert extracted(person(frames=20), rate=15.0, fps=30).fps == 15
    assert extracted(person(frames=20), rate=120.0, fps=25).fps == pytest.approx(25)
