"""A clip -> its frames, upright, in presentation order, sampled as the site samples them (PyAV)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation

from loadtests.extraction.errors import ClipRefused
from loadtests.extraction.sampling import Sampler, fitting_fps

# As on the site: the landmarkers work on 256 pixels and gain nothing from more.
LONGEST_SIDE = 1280
# ITU-T H.273's number for a stream that does not say how its colours are coded; Chromium then takes BT.709.
UNSPECIFIED = 2


@dataclass(frozen=True)
class OpenClip:
    """`width`, `height`: pixels, upright, as the landmarkers see them. `frames`: (seconds since the clip's first
    frame, RGB uint8 [height, width, 3]); raises ClipRefused `not_a_video`. `rate`: at most so many a second."""

    width: int
    height: int
    duration: float
    rate: float
    frames: Iterator[tuple[float, np.ndarray]]


@contextmanager
def open_clip(path: Path, fps: float, max_frames: int) -> Iterator[OpenClip]:
    """Raises ClipRefused `not_a_video`, `clip_too_long`."""
    with _as_refusal(path), av.open(str(path)) as container:
        if not container.streams.video:
            raise ClipRefused("not_a_video", f"{path.name} has no picture in it: give a video.")
        duration = _duration(container)
        container.seek(0)
        rate = fitting_fps(path.name, fps, duration, max_frames)
        frames = _sampled(path, container, rate, max_frames)
        first = next(frames, None)
        if first is None:
            raise ClipRefused("not_a_video", f"{path.name} holds no frame that can be decoded: give an intact video.")
        height, width = first[1].shape[:2]
        yield OpenClip(width, height, duration, rate, _from_first(first, frames))


def _from_first(
    first: tuple[float, np.ndarray], rest: Iterator[tuple[float, np.ndarray]]
) -> Iterator[tuple[float, np.ndarray]]:
    yield first
    yield from rest


def _duration(container: av.container.InputContainer) -> float:
    """Seconds from the first frame shown to the end of the last, out of the packets: headers are often wrong."""
    begins, ends = [], []
    for packet in container.demux(video=0):
        if packet.pts is not None:
            begins.append(packet.pts * packet.time_base)
            ends.append((packet.pts + (packet.duration or 0)) * packet.time_base)
    return float(max(ends) - min(begins)) if begins else 0.0


def _sampled(
    path: Path, container: av.container.InputContainer, rate: float, max_frames: int
) -> Iterator[tuple[float, np.ndarray]]:
    sampler, start, taken = Sampler(rate), None, 0
    pixel = float(container.streams.video[0].sample_aspect_ratio or 1)
    with _as_refusal(path):
        for frame in container.decode(video=0):
            if frame.time is None:
                raise ClipRefused("not_a_video", f"{path.name} has frames without a time: convert it to MP4 or WebM.")
            start = frame.time if start is None else start
            if not sampler.keep(frame.time):
                continue
            if taken == max_frames:
                return
            taken += 1
            yield frame.time - start, _upright(frame, pixel)


def _upright(frame: av.VideoFrame, pixel: float) -> np.ndarray:
    """The rotation that the container asks for is applied, pixels (width / height `pixel`) are made square, large
    pictures scaled down."""
    shape = frame.width * pixel, frame.height
    scale = min(1.0, LONGEST_SIDE / max(shape))
    width, height = (round(side * scale) for side in shape)
    # Colour in full resolution first: converted in one step, swscale makes every picture a level darker than Chromium.
    full = frame.reformat(format="yuv444p", interpolation=Interpolation.BILINEAR)
    matrix = Colorspace.ITU709 if frame.colorspace == UNSPECIFIED else None
    picture = full.to_ndarray(format="rgb24", width=width, height=height, src_colorspace=matrix)
    # PyAV counts counter-clockwise, as numpy does.
    return np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))


@contextmanager
def _as_refusal(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.error.FFmpegError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ClipRefused("not_a_video", f"{path.name} cannot be read as a video ({reason}): convert it.") from error
