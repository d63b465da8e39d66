"""What a fresh clone ships in `samples/`."""

import csv
from pathlib import Path

import pytest

from samples.render.plan import PLAN, SESSIONS

SAMPLES = Path(__file__).parents[2] / "samples"
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def rows():
    with (SAMPLES / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_manifest_lists_exactly_the_clips_that_are_there(rows):
    present = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*.webm")}
    assert {row["clip"] for row in rows} == present
    assert len(rows) == len(present)


def test_the_clips_are_the_planned_ones(rows):
    planned = {(p.clip, p.gloss, p.figure, str(p.take)) for p in PLAN}
    assert {(row["clip"], row["label"], row["signer"], row["take"]) for row in rows} == planned


def test_every_gloss_has_three_takes_and_both_figures(rows):
    for gloss in {row["label"] for row in rows}:
        clips = [row for row in rows if row["label"] == gloss]
        assert len({clip["take"] for clip in clips}) >= 3, gloss
        assert len({clip["signer"] for clip in clips}) >= 2, gloss
    assert len({row["label"] for row in rows}) >= 6


def test_every_take_comes_from_the_sessions_that_the_readme_names(rows):
    assert {row["session"] for row in rows} == set(SESSIONS)
    assert all(session in (SAMPLES / "README.md").read_text() for session in SESSIONS)


def test_the_clips_are_small_together(rows):
    assert sum((SAMPLES / row["clip"]).stat().st_size for row in rows) <= MAX_BYTES


def test_the_licence_names_both_sources():
    licence = (SAMPLES / "LICENSE").read_text()
    assert "Copyright (c) 2022 traduttore" in licence
    assert "CC0 1.0" in licence


def test_every_clip_decodes_to_what_the_manifest_says(rows):
    pytest.importorskip("av", reason="decoding needs the extra `render`")
    from samples.render.encode import decode

    for row in rows:
        shapes = [picture.shape for picture in decode(SAMPLES / row["clip"])]
        (height, width, _), frames = shapes[0], len(shapes)
        assert (frames, height, width) == (int(row["frames"]), int(row["height"]), int(row["width"])), row["clip"]
        assert float(row["seconds"]) == pytest.approx(frames / float(row["fps"]), abs=0.01)
