"""Which frames of a clip the landmarkers see: the rule of `edge_site/src/clip/sampling.ts`, in Python.

`tests/extraction/parity.json` holds both to the same answers.
"""

from math import floor

from loadtests.extraction.errors import ClipRefused

# Timestamps in containers are rounded, WebM's to 1 ms; a frame this share of a slot early belongs to the next slot.
EARLY = 0.05
# Below this rate a sign is no longer seen as movement.
SLOWEST_FPS = 5


class Sampler:
    """Takes the first frame of every slot of 1 / `fps` seconds, counted from the first frame; a clip slower than
    `fps` keeps every frame. `keep` wants timestamps (seconds) in presentation order."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._start: float | None = None
        self._slot = -1

    def keep(self, timestamp: float) -> bool:
        if self._start is None:
            self._start = timestamp
        slot = floor((timestamp - self._start) * self._fps + EARLY)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True


def fitting_fps(clip: str, fps: float, duration: float, max_frames: int) -> float:
    """The rate at which a clip of `duration` seconds stays within `max_frames`: `fps`, or less for a long clip.

    Raises ClipRefused `clip_too_long` where that would be under SLOWEST_FPS.
    """
    fitting = min(fps, (max_frames - 1) / duration) if duration > 0 else fps
    if fitting < min(fps, SLOWEST_FPS):
        raise ClipRefused(
            "clip_too_long", f"{clip} is too long: cut it to one sign, at most {max_frames // SLOWEST_FPS} s."
        )
    return fitting
