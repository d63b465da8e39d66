"""The frames to look at: where both engines found a part and it lies far apart, and where one missed a hand."""

from dataclasses import dataclass

import numpy as np

from loadtests.extraction.divergence.pair import Pair
from loadtests.extraction.divergence.points import HANDS, PARTS

# Of each kind, from as many clips.
SHOWN = 4


@dataclass(frozen=True)
class WorstFrame:
    """`kind`: "apart" (gap_px: pixels) or "missed" (gap_px None; `found_by_first` says which engine found it)."""

    pair: Pair
    frame: int
    kind: str
    part: str
    gap_px: float | None = None
    found_by_first: bool | None = None


def worst_frames(pairs: list[Pair]) -> list[WorstFrame]:
    """First those apart, farthest first, then those missed, from the clips where it happens most.

    Farthest in shoulder widths, so that close-ups do not fill the list.
    """
    apart = [found for pair in pairs if (found := _farthest(pair)) is not None]
    missed = [found for pair in pairs if (found := _missed(pair)) is not None]
    return [worst for kind in (apart, missed) for _, worst in sorted(kind, key=lambda found: -found[0])[:SHOWN]]


def _farthest(pair: Pair) -> tuple[float, WorstFrame] | None:
    """The widest gap and the frame and part that have it; None where the engines are nowhere apart."""
    gaps = np.nan_to_num(np.stack([pair.relative_gaps[part] for part in PARTS]))
    if not gaps.any():
        return None
    row, frame = np.unravel_index(gaps.argmax(), gaps.shape)
    part = PARTS[row]
    worst = WorstFrame(pair, int(frame), "apart", part, gap_px=float(pair.gaps[part][frame]))
    return float(gaps[row, frame]), worst


def _missed(pair: Pair) -> tuple[int, WorstFrame] | None:
    """In how many frames one engine alone found the hand that is missed most, and the middle one of them."""
    alone = {hand: np.flatnonzero(np.logical_xor(*pair.hands_found[hand])) for hand in HANDS}
    hand = max(HANDS, key=lambda hand: len(alone[hand]))
    if not len(alone[hand]):
        return None
    frame = int(alone[hand][len(alone[hand]) // 2])
    by_first = bool(pair.hands_found[hand][0][frame])
    return len(alone[hand]), WorstFrame(pair, frame, "missed", hand, found_by_first=by_first)
