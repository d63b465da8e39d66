"""Pictures to a clip and back (PyAV)."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np

from .errors import ClipError

FPS = 25
# crf 36 makes some 25 KB of a clip of two seconds.
CODEC, OPTIONS = "libvpx-vp9", {"crf": "36", "b": "0", "deadline": "good", "cpu-used": "1"}
REPEATABLE = {"fflags": "bitexact"}  # no random track identifier, so that a clip rendered again is the same file


def encode(frames: Iterable[np.ndarray], width: int, height: int) -> bytes:
    """RGB uint8 pictures [height, width, 3] as a WebM file, VP9, at FPS."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options=REPEATABLE) as container:
        stream = container.add_stream(CODEC, rate=FPS, options=OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def write(path: Path, data: bytes) -> None:
    """Writes whole or not at all. Raises ClipError when the folder cannot be written to."""
    part = path.with_suffix(path.suffix + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ClipError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error


def decode(path: Path) -> Iterator[np.ndarray]:
    """The pictures of a clip, one after the other: RGB uint8 [height, width, 3].

    Raises ClipError when it cannot be decoded or holds none.
    """
    empty = True
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24")
                empty = False
    except (av.error.FFmpegError, IndexError) as error:
        raise ClipError(f"{path} cannot be decoded ({error}); render it again.") from error
    if empty:
        raise ClipError(f"{path} holds no pictures; render it again.")
