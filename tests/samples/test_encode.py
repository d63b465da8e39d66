import numpy as np
import pytest

pytest.importorskip("av", reason="coding clips needs the extra `render`")

from samples.render.encode import FPS, decode, encode, write
from samples.render.errors import ClipError


def squares(frames=6):
    """A bright square that moves over a dark ground."""
    for i in range(frames):
        picture = np.full((96, 128, 3), (30, 40, 60), np.uint8)
        picture[30:60, 10 * i : 10 * i + 30] = (200, 160, 120)
        yield picture


def test_a_clip_holds_every_picture_once_and_in_order(tmp_path):
    write(tmp_path / "clip.webm", encode(squares(), 128, 96))
    decoded = list(decode(tmp_path / "clip.webm"))
    assert [picture.shape for picture in decoded] == [(96, 128, 3)] * 6
    for made, read in zip(squares(), decoded, strict=True):
        assert np.abs(made.astype(int) - read).mean() < 6


def test_a_clip_says_how_long_it_is(tmp_path):
    import av

    write(tmp_path / "clip.webm", encode(squares(), 128, 96))
    with av.open(str(tmp_path / "clip.webm")) as container:
        assert container.duration / av.time_base == pytest.approx(6 / FPS, abs=0.01)


def test_the_same_pictures_make_the_same_file():
    assert encode(squares(), 128, 96) == encode(squares(), 128, 96)


def test_what_is_not_a_video_is_named(tmp_path):
    (tmp_path / "clip.webm").write_bytes(b"not a video")
    with pytest.raises(ClipError, match=r"clip\.webm cannot be decoded"):
        next(decode(tmp_path / "clip.webm"))


def test_an_interrupted_write_leaves_the_old_clip_and_nothing_else(tmp_path, monkeypatch):
    clip = tmp_path / "clip.webm"
    clip.write_bytes(b"old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(clip, b"new")
    assert clip.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [clip]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ClipError, match=r"file/clip\.webm cannot be written"):
        write(tmp_path / "file" / "clip.webm", b"new")
