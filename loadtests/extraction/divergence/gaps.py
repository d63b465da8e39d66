"""Pixels between two engines' landmarks, by part of the body."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics import Estimate, Samples, minimum_samples, summarise
from loadtests.extraction.divergence.pair import Pair
from loadtests.extraction.divergence.points import PARTS


@dataclass(frozen=True)
class PartGap:
    """Of one part over all frames in which both engines found it. `median_px`, `p90_px`: pixels, over frames, p90
    from 64 frames on. `median_shoulders`: in shoulder widths, None where no frame shows them. `clip_median_px`: the
    median over clips of each clip's median, with its interval: frames of one clip resemble each other. `worst`:
    pixels, in which clip and frame."""

    part: str
    frames: int
    clips: int
    median_px: float
    p90_px: float | None
    median_shoulders: float | None
    clip_median_px: Estimate
    worst_px: float
    worst_clip: str
    worst_frame: int


def part_gaps(pairs: list[Pair]) -> list[PartGap]:
    """One entry for each part that both engines found in some frame."""
    return [gap for part in PARTS if (gap := _part_gap(part, pairs)) is not None]


def _part_gap(part: str, pairs: list[Pair]) -> PartGap | None:
    seen = [pair for pair in pairs if not np.isnan(pair.gaps[part]).all()]
    if not seen:
        return None
    per_clip = [pair.gaps[part][~np.isnan(pair.gaps[part])] for pair in seen]
    relative = np.concatenate([pair.relative_gaps[part] for pair in seen])
    relative = relative[~np.isnan(relative)]
    values = np.concatenate(per_clip)
    worst = max(seen, key=lambda pair: np.nanmax(pair.gaps[part]))
    medians = np.array([np.median(gaps) for gaps in per_clip])
    return PartGap(
        part=part,
        frames=len(values),
        clips=len(seen),
        median_px=float(np.median(values)),
        p90_px=float(np.quantile(values, 0.9)) if len(values) >= minimum_samples(0.9) else None,
        median_shoulders=float(np.median(relative)) if len(relative) else None,
        clip_median_px=summarise(Samples(medians, np.arange(len(medians)))).median,
        worst_px=float(np.nanmax(worst.gaps[part])),
        worst_clip=worst.clip.name,
        worst_frame=int(np.nanargmax(worst.gaps[part])),
    )
