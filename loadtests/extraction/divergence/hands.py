"""Whether two engines find the same hands: where one misses a hand, no distance says how much was lost."""

from dataclasses import dataclass

import numpy as np

from loadtests.extraction.divergence.pair import Pair
from loadtests.extraction.divergence.points import HANDS


@dataclass(frozen=True)
class HandAgreement:
    """Frames in which both engines found the hand, only the first, only the second, neither."""

    hand: str
    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def frames(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def agreement(self) -> float | None:
        """Share of the frames; None where there are none."""
        return (self.both + self.neither) / self.frames if self.frames else None


def hand_agreement(pairs: list[Pair]) -> list[HandAgreement]:
    agreements = []
    for hand in HANDS:
        first, second = (np.concatenate([pair.hands_found[hand][side] for pair in pairs]) for side in (0, 1))
        counts = (first & second, first & ~second, ~first & second, ~first & ~second)
        agreements.append(HandAgreement(hand, *(int(count.sum()) for count in counts)))
    return agreements
