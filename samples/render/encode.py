"""Pictures to a clip and back (PyAV)."""

import io
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np

from .errors import ClipError

FPS = 25
# crf 36: about 20 KB for two seconds, with no visible loss on hands and face.
CODEC, OPTIONS = "libvpx-vp9", {"crf": "36", "b": "0", "deadline": "good", "cpu-used": "1"}


def encode(frames: Iterable[np.ndarray], width: int, height: int) -> bytes:
    """RGB uint8 pictures [height, width, 3] as a WebM file, VP9, at FPS."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream(CODEC, rate=FPS, options=OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def write(path: Path, data: bytes) -> None:
    """Writes whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def decode(path: Path) -> np.ndarray:
    """Every frame of a clip: RGB uint8 [frames, height, width, 3]. Raises ClipError when it cannot be decoded."""
    try:
        with av.open(str(path)) as container:
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    except (av.error.FFmpegError, IndexError) as error:
        raise ClipError(f"{path} cannot be decoded ({error}); render it again.") from error
    if not frames:
        raise ClipError(f"{path} holds no frames; render it again.")
    return np.stack(frames)
