"""What the gap costs: the same model on both engines' keypoints."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics import wilson
from loadtests.extraction.divergence.pair import Pair
from loadtests.native import NativeModel
from recognizer.paired import Paired, compare


@dataclass(frozen=True)
class Correct:
    """Clips whose sign was the likeliest; low, high: 95 % score interval of the share."""

    correct: int
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class ClipAnswer:
    """`logit_gap`: the largest difference between the two engines' logits."""

    clip: str
    gloss: str | None
    first: str
    second: str
    logit_gap: float


@dataclass(frozen=True)
class Answers:
    """`accuracy` of the first and second engine and `paired` are over the clips whose gloss the model knows; None
    where there are none. `same_top1` of `clips`, known or not."""

    clips: tuple[ClipAnswer, ...]
    same_top1: int
    logit_gap_median: float
    logit_gap_worst: float
    logit_gap_worst_clip: str
    accuracy: tuple[Correct, Correct] | None
    paired: Paired | None


def answers(pairs: list[Pair], model: NativeModel, labels: tuple[str, ...]) -> Answers:
    clips = tuple(_answer(pair, model) for pair in pairs)
    worst = max(clips, key=lambda clip: clip.logit_gap)
    known = [clip for clip in clips if clip.gloss in labels]
    first, second = (np.array([getattr(clip, side) == clip.gloss for clip in known]) for side in ("first", "second"))
    return Answers(
        clips=clips,
        same_top1=sum(clip.first == clip.second for clip in clips),
        logit_gap_median=float(np.median([clip.logit_gap for clip in clips])),
        logit_gap_worst=worst.logit_gap,
        logit_gap_worst_clip=worst.clip,
        accuracy=(_correct(first), _correct(second)) if known else None,
        paired=compare(first, second) if known else None,
    )


def _answer(pair: Pair, model: NativeModel) -> ClipAnswer:
    first, second = (model.answer(side.keypoints) for side in (pair.first, pair.second))
    return ClipAnswer(
        clip=pair.clip.name,
        gloss=pair.clip.gloss,
        first=first["top"][0]["label"],
        second=second["top"][0]["label"],
        logit_gap=max(abs(a - b) for a, b in zip(first["logits"], second["logits"], strict=True)),
    )


def _correct(right: np.ndarray) -> Correct:
    return Correct(int(right.sum()), len(right), *wilson(int(right.sum()), len(right)))
