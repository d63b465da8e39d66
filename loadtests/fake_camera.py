"""Pictures for Chromium's fake camera: clips, one after the other, rests between. Needs PyAV (the `test` extra)."""

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

# Chromium plays a motion-JPEG file at this rate, whatever it says (media/capture/video/file_video_capture_device.cc).
FPS = 30

SIZE = (640, 480)


def arguments(pictures: Path | None) -> list[str]:
    """Switches for a Chromium whose camera shows `pictures` (None: Chromium's own test picture) in a loop.

    The file is read anew, from its beginning, each time that the camera is turned on.
    """
    shown = [f"--use-file-for-fake-video-capture={pictures}"] if pictures else []
    return ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *shown]


def write_pictures(
    path: Path, clips: Sequence[Path], before_s: float = 0, after_s: float = 0, end_s: float = 0
) -> None:
    """Motion JPEG of `clips`: each with its first picture held for `before_s` and its last for `after_s`.

    The last clip's is held for `end_s` more, in which whoever follows late does not meet the first clip again.

    Written beside `path` and renamed, so that a camera that is just being turned on never meets half a file.
    """
    import av  # PyAV is there for tests and benchmarks only

    partial = path.with_name(f"{path.name}.part")
    with av.open(partial, "w", format="mjpeg") as output:
        stream = output.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p"
        stream.codec_context.qmin = stream.codec_context.qmax = 3
        written = 0
        for number, clip in enumerate(clips, 1):
            for picture in _at_camera_rate(clip, before_s, after_s + (end_s if number == len(clips) else 0)):
                frame = picture.reformat(*SIZE, format="yuvj420p")
                frame.pts, frame.time_base = written, Fraction(1, FPS)
                written += 1
                output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    os.replace(partial, path)


def _at_camera_rate(clip: Path, before_s: float, after_s: float):
    """The clip's pictures at FPS, the nearest earlier one where it has none."""
    import av

    with av.open(clip) as container:
        pictures = [(frame.time, frame) for frame in container.decode(video=0)]
    times = [time - pictures[0][0] for time, _ in pictures]
    length = times[-1] + times[-1] / max(1, len(times) - 1)
    shown = 0
    for tick in range(round((before_s + length + after_s) * FPS)):
        while shown + 1 < len(times) and times[shown + 1] <= tick / FPS - before_s + 1e-6:
            shown += 1
        yield pictures[shown][1]
