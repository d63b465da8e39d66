"""One clip as two engines saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from loadtests.clips import Clip
from loadtests.extraction.divergence.points import HANDS, indices_by_part
from loadtests.extraction.engine import Extracted


@dataclass(frozen=True)
class Pair:
    """`layout`: the bundle's keypoints. What compares frames is empty where the engines took different frames."""

    clip: Clip
    first: Extracted
    second: Extracted
    layout: Sequence[dict]

    @property
    def same_frames(self) -> bool:
        return len(self.first.keypoints) == len(self.second.keypoints)

    @property
    def identical(self) -> bool:
        """Every bit of every keypoint."""
        return np.array_equal(self.first.keypoints, self.second.keypoints, equal_nan=True)

    @cached_property
    def gaps(self) -> dict[str, np.ndarray]:
        """Part -> float [frames], pixels of the picture: the mean distance of its points; NaN where either engine
        did not find it."""
        if not self.same_frames:
            return {part: np.empty(0) for part in indices_by_part(self.layout)}
        apart = (self.first.keypoints - self.second.keypoints) * (self.first.width, self.first.height)
        distance = np.hypot(apart[..., 0], apart[..., 1])
        return {part: distance[:, places].mean(axis=1) for part, places in indices_by_part(self.layout).items()}

    @cached_property
    def relative_gaps(self) -> dict[str, np.ndarray]:
        """The gaps in shoulder widths, as the first engine saw them, which compare over clips; NaN besides where it
        saw no shoulders."""
        if not self.same_frames:
            return self.gaps
        places = [k for k, point in enumerate(self.layout) if point["name"] in ("left_shoulder", "right_shoulder")]
        shoulders = self.first.keypoints[:, places] * (self.first.width, self.first.height)
        across = np.hypot(*(shoulders[:, 0] - shoulders[:, 1]).T)
        across[across == 0] = np.nan
        return {part: gaps / across for part, gaps in self.gaps.items()}

    @cached_property
    def hands_found(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Hand -> whether the first and the second engine found it, bool [frames] each."""
        if not self.same_frames:
            return {hand: (np.empty(0, bool), np.empty(0, bool)) for hand in HANDS}
        places = indices_by_part(self.layout)
        sides = (self.first.keypoints, self.second.keypoints)
        return {hand: tuple(~np.isnan(side[:, places[hand]]).any(axis=(1, 2)) for side in sides) for hand in HANDS}
