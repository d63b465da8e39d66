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
    """First those apart, farthest first, then those missed, from the clips where it happens most."""
    apart = [frame for pair in pairs if (frame := _farthest(pair)) is not None]
    # In shoulder widths, so that a close-up does not fill the list.
    apart.sort(key=lambda worst: -worst.gap_px / worst.pair.shoulders[worst.frame])
    missed = [found for pair in pairs if (found := _missed(pair)) is not None]
    missed.sort(key=lambda found: -found[0])
    return [*apart[:SHOWN], *(worst for _, worst in missed[:SHOWN])]


def _farthest(pair: Pair) -> WorstFrame | None:
    """The frame and part with the widest gap; None where the engines are nowhere apart."""
    gaps = np.nan_to_num(np.stack([pair.gaps[part] for part in PARTS]))
    if not gaps.any():
        return None
    part, frame = np.unravel_index(gaps.argmax(), gaps.shape)
    return WorstFrame(pair, int(frame), "apart", PARTS[part], gap_px=float(gaps[part, frame]))


def _missed(pair: Pair) -> tuple[int, WorstFrame] | None:
    """In how many frames one engine alone found the hand that is missed most, and the middle one of them."""
    alone = {hand: np.flatnonzero(np.logical_xor(*pair.hands_found[hand])) for hand in HANDS}
    hand = max(HANDS, key=lambda hand: len(alone[hand]))
    if not len(alone[hand]):
        return None
    frame = int(alone[hand][len(alone[hand]) // 2])
    by_first = bool(pair.hands_found[hand][0][frame])
    return len(alone[hand]), WorstFrame(pair, frame, "missed", hand, found_by_first=by_first)
