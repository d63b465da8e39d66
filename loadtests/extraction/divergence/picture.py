"""A frame of a clip with both engines' skeletons over it, as inline SVG."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

from loadtests.extraction.divergence.points import bones
from loadtests.extraction.divergence.worst import WorstFrame
from loadtests.extraction.errors import ClipRefused

# Wide enough to see a finger, small enough that the page stays a page.
PICTURE_WIDTH = 480


def draw(worst: WorstFrame, title: str) -> Markup:
    """The first engine's skeleton is of class `first`, the second's of class `second`: the page colours them."""
    pair = worst.pair
    width, height = pair.first.width, pair.first.height
    picture = _picture(worst)
    background = Markup('<image href="data:image/jpeg;base64,{}" width="{}" height="{}"/>').format(
        base64.b64encode(picture).decode(), width, height
    )
    skeletons = (
        _skeleton(side.keypoints[worst.frame] * (width, height), pair.layout, kind)
        for kind, side in (("first", pair.first), ("second", pair.second))
    )
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        width, height, title, background if picture else "", *skeletons
    )


def _skeleton(points: np.ndarray, layout: Sequence[dict], kind: str) -> Markup:
    """points: pixels, [54, 2], NaN where missing."""
    there = ~np.isnan(points).any(axis=1)
    lines = "".join(
        f"M{points[a][0]:.1f} {points[a][1]:.1f}L{points[b][0]:.1f} {points[b][1]:.1f}"
        for a, b in bones(layout)
        if there[a] and there[b]
    )
    # A line without length and round ends is a dot whose size does not depend on the picture's.
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points[there])
    return Markup('<g class="{}"><path d="{}"/><path class="dots" d="{}"/></g>').format(
        kind, escape(lines), escape(dots)
    )


def _picture(worst: WorstFrame) -> bytes:
    """JPEG; empty where the frame cannot be decoded here (no PyAV, or a codec that only the browser knows)."""
    try:
        from PIL import Image

        from loadtests.extraction.frames import open_clip
    except ModuleNotFoundError:
        return b""
    pair = worst.pair
    try:
        with open_clip(pair.clip.path, pair.first.rate, len(pair.first.keypoints)) as clip:
            pixels = next((pixels for k, (_, pixels) in enumerate(clip.frames) if k == worst.frame), None)
    except ClipRefused:
        return b""
    if pixels is None:
        return b""
    image = Image.fromarray(pixels)
    image.thumbnail((PICTURE_WIDTH, PICTURE_WIDTH))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()
