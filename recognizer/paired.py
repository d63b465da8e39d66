"""Two models on the same clips: is one more often right than the other? McNemar's exact test, and by how much."""

import math
from dataclasses import dataclass

import numpy as np

from recognizer.proportion import wilson_interval


@dataclass(frozen=True)
class Paired:
    """`n` clips that both models saw: how many both recognised, only the first, only the second, neither."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """Accuracy of the second minus that of the first."""
        return (self.only_second - self.only_first) / self.n

    @property
    def p(self) -> float:
        """Probability of discordant counts as uneven as these, or more, if both were equally good; two-sided.

        McNemar 1947, exact: the first's share of the discordant clips is binomial with probability 1/2.
        """
        discordant = self.only_first + self.only_second
        fewer = min(self.only_first, self.only_second)
        tail = sum(math.comb(discordant, k) for k in range(fewer + 1))
        return min(1.0, 2 * tail / 2**discordant)

    @property
    def interval95(self) -> tuple[float, float]:
        """Of `difference`: Newcombe 1998 (Stat. Med. 17, 2635-2650), method 10.

        It squares and adds the two Wilson intervals and takes off what the pairing explains. Clips of one session
        resemble each other, so the truth is less certain still.
        """
        first, second = self.both + self.only_first, self.both + self.only_second
        p1, p2 = first / self.n, second / self.n
        low1, high1 = wilson_interval(first, self.n)
        low2, high2 = wilson_interval(second, self.n)
        phi = self._correlation(first, second)
        down, up = (p2 - low2, high1 - p1), (high2 - p2, p1 - low1)
        below, above = (math.sqrt(max(0.0, a * a - 2 * phi * a * b + b * b)) for a, b in (down, up))
        return self.difference - below, self.difference + above

    def _correlation(self, first: int, second: int) -> float:
        """Phi of the two models' correctness; where it is positive, with Newcombe's correction for continuity."""
        margins = first * (self.n - first) * second * (self.n - second)
        if not margins:
            return 0.0
        cross = self.both * self.neither - self.only_first * self.only_second
        corrected = max(cross - self.n / 2, 0.0) if cross > 0 else cross
        return corrected / math.sqrt(margins)


def compare(first: np.ndarray, second: np.ndarray) -> Paired:
    """Whether each of the same n clips was recognised by the first and by the second model: bool [n] each."""
    if first.shape != second.shape or first.dtype != bool or second.dtype != bool or not first.size:
        raise ValueError(f"Two bool [n] of the same clips are due, not {first.dtype} {first.shape}, {second.shape}.")
    counts = (first & second, first & ~second, ~first & second, ~first & ~second)
    return Paired(*(int(count.sum()) for count in counts))
