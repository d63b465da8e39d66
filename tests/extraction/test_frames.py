"""The python engine's frames: the ones that the site takes, upright, at the same times."""

from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("av", reason="decoding clips needs PyAV")

import av

from loadtests.extraction.errors import ClipRefused
from loadtests.extraction.frames import open_clip
from tests.e2e.processes import ROOT
from tests.extraction.recordings import record


def test_every_frame_is_taken_at_a_high_rate(tmp_path):
    with open_clip(record(tmp_path / "a.mp4"), 120, 300) as clip:
        times = [seconds for seconds, _ in clip.frames]
        assert (clip.width, clip.height, clip.rate) == (64, 48, 120)
        assert clip.duration == pytest.approx(1.0)
    assert times == pytest.approx([k / 20 for k in range(20)])


def test_half_the_frames_are_taken_at_half_the_rate(tmp_path):
    with open_clip(record(tmp_path / "a.mp4"), 10, 300) as clip:
        assert [round(seconds * 20) for seconds, _ in clip.frames] == list(range(0, 20, 2))


def test_a_long_clip_is_thinned_to_what_the_model_takes(tmp_path):
    with open_clip(record(tmp_path / "a.mp4", frames=200), 120, 60) as clip:
        times = [seconds for seconds, _ in clip.frames]
    assert len(times) <= 60
    assert times[-1] > 9.5


def test_a_clip_too_long_for_its_movement_is_refused(tmp_path):
    with pytest.raises(ClipRefused, match=r"a\.mp4 is too long: cut it to one sign, at most 6 s") as refusal:
        open_clip(record(tmp_path / "a.mp4", frames=200), 120, 30).__enter__()
    assert refusal.value.code == "clip_too_long"


def test_a_picture_that_the_container_turns_is_shown_upright(tmp_path):
    for degrees, side in ((90, "bottom"), (180, "right"), (270, "top")):
        path = record(tmp_path / f"{degrees}.mp4", frames=2, rotation=degrees)
        with av.open(str(path)) as container:
            assert next(container.decode(video=0)).rotation % 360 == degrees, "the file asks for it"
        with open_clip(path, 120, 300) as clip:
            _, picture = next(clip.frames)
            assert (clip.width, clip.height) == ((64, 48) if degrees == 180 else (48, 64))
        sides = {"top": picture[:8], "bottom": picture[-8:], "left": picture[:, :8], "right": picture[:, -8:]}
        assert max(sides, key=lambda name: sides[name].mean()) == side


def test_pixels_that_are_not_square_are_made_so(tmp_path):
    with open_clip(record(tmp_path / "a.mp4", frames=2, pixel=Fraction(2)), 120, 300) as clip:
        assert (clip.width, clip.height) == (128, 48)


def test_a_large_picture_is_scaled_down_as_on_the_site(tmp_path):
    large = np.zeros((720, 2560, 3), np.uint8)
    with open_clip(record(tmp_path / "a.mp4", frames=2, picture=large), 120, 300) as clip:
        assert (clip.width, clip.height) == (1280, 360)


@pytest.mark.parametrize("content", [b"", b"no video at all", None])
def test_what_is_no_video_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "bad.mp4"
    path.write_bytes((ROOT / "tests/data/not_a_video.mp4").read_bytes() if content is None else content)
    with pytest.raises(ClipRefused, match=r"^bad\.mp4 .*\.$") as refusal:
        open_clip(path, 120, 300).__enter__()
    assert refusal.value.code == "not_a_video"


def test_a_truncated_clip_gives_its_first_frames_or_is_refused(tmp_path):
    whole = (ROOT / "samples/hello/hello_91_A.webm").read_bytes()
    path = tmp_path / "cut.webm"
    path.write_bytes(whole[: len(whole) // 2])
    with open_clip(path, 120, 300) as clip:
        assert 1 < len(list(clip.frames)) < 48
