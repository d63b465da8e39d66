"""Recordings made on the spot. Needs PyAV."""

import av
import numpy as np

LEFT_IS_WHITE = np.zeros((48, 64, 3), np.uint8)
LEFT_IS_WHITE[:, :16] = 255


def record(path, frames=20, fps=20, picture=LEFT_IS_WHITE, pixel=None, rotation=None):
    """An MP4 of one picture again and again. `rotation`: degrees that a player must turn it, counter-clockwise."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        if pixel:
            stream.codec_context.sample_aspect_ratio = pixel
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    if rotation:
        turn(path, rotation)
    return path


def turn(path, degrees):
    """Writes the matrix of `degrees` into the track header, as a telephone that is held upright does."""
    content = bytearray(path.read_bytes())
    # tkhd version 0: "tkhd", 40 bytes, then the matrix of nine fixed-point numbers
    start = content.index(b"tkhd") + 4 + 40
    cosine, sine = round(np.cos(np.radians(degrees))), round(np.sin(np.radians(degrees)))
    one = 1 << 16
    matrix = np.array([cosine * one, -sine * one, 0, sine * one, cosine * one, 0, 0, 0, 1 << 30], ">i4")
    content[start : start + 36] = matrix.tobytes()
    path.write_bytes(content)


def on_its_side(clip, path):
    """`clip` as a telephone held upright records it: the picture lies on its side, the container says so."""
    options = {"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "8"}
    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        shown = source.streams.video[0]
        stream = container.add_stream("libvpx-vp9", rate=shown.average_rate, options=options)
        stream.width, stream.height, stream.pix_fmt = shown.height, shown.width, "yuv420p"
        for frame in source.decode(video=0):
            lying = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), -1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(lying, format="rgb24")))
        container.mux(stream.encode())
    turn(path, 90)
