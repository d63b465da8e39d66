"""Everything that `cerca divergence` finds out, and its JSON."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from loadtests.clips import Clip
from loadtests.extraction.divergence.answers import Answers, answers
from loadtests.extraction.divergence.gaps import PartGap, part_gaps
from loadtests.extraction.divergence.hands import HandAgreement, hand_agreement
from loadtests.extraction.divergence.pair import Pair
from loadtests.extraction.divergence.points import HANDS
from loadtests.extraction.divergence.worst import WorstFrame, worst_frames
from loadtests.extraction.errors import ExtractionError
from loadtests.extraction.extract import Extraction
from loadtests.native import NativeModel
from recognizer.bundle import Bundle

SCHEMA = 1


@dataclass(frozen=True)
class Divergence:
    """`names`: the two engines, told apart where they are one. `refused`: (engine, clip, sentence)."""

    names: tuple[str, str]
    identities: tuple[dict[str, Any], dict[str, Any]]
    model: dict[str, str]
    pairs: list[Pair]
    refused: list[tuple[str, str, str]]
    parts: list[PartGap]
    hands: list[HandAgreement]
    answers: Answers
    worst: list[WorstFrame]

    @property
    def frames(self) -> int:
        """Compared: in clips of which both engines took the same number."""
        return sum(len(pair.first.keypoints) for pair in self.pairs if pair.same_frames)

    @property
    def identical(self) -> int:
        """Clips of which every bit is the same."""
        return sum(pair.identical for pair in self.pairs)

    @property
    def sizes(self) -> dict[str, int]:
        """Picture size -> clips."""
        return dict(Counter(f"{pair.first.width}x{pair.first.height}" for pair in self.pairs).most_common())

    def as_json(self) -> dict[str, Any]:
        """Plain JSON (docs/extraction.md)."""
        found = self.answers
        return {
            "schema": SCHEMA,
            "engines": [{"name": name, **identity} for name, identity in zip(self.names, self.identities, strict=True)],
            "model": self.model,
            "clips": len(self.pairs),
            "frames": self.frames,
            "sizes": self.sizes,
            "identical_clips": self.identical,
            "other_frames": [pair.clip.name for pair in self.pairs if not pair.same_frames],
            "parts": [asdict(part) for part in self.parts],
            "hands": [asdict(hand) | {"agreement": hand.agreement} for hand in self.hands],
            "answers": asdict(found)
            | {
                "paired": found.paired
                and asdict(found.paired)
                | {
                    "n": found.paired.n,
                    "difference": found.paired.difference,
                    "interval95": found.paired.interval95,
                    "p": found.paired.p,
                }
            },
            "worst": [
                {
                    "clip": worst.pair.clip.name,
                    "frame": worst.frame,
                    "kind": worst.kind,
                    "part": worst.part,
                    "gap_px": worst.gap_px,
                    "found_by_first": worst.found_by_first,
                }
                for worst in self.worst
            ],
            "refused": [{"engine": engine, "clip": clip, "message": message} for engine, clip, message in self.refused],
        }


def diverge(
    clips: list[Clip], names: tuple[str, str], first: Extraction, second: Extraction, bundle: Bundle
) -> Divergence:
    """Compares the clips that both engines extracted. Raises ExtractionError where there is none."""
    pairs = [
        Pair(clip, first.extracted[clip.name], second.extracted[clip.name], bundle.keypoints)
        for clip in clips
        if clip.name in first.extracted and clip.name in second.extracted
    ]
    if not pairs:
        raise ExtractionError("No clip went through both engines, so there is nothing to compare: see above.")
    file = bundle.model()
    return Divergence(
        names=names,
        identities=(first.identity, second.identity),
        model={"name": bundle.name, "file": file.path.name, "sha256": file.sha256},
        pairs=pairs,
        refused=[
            (name, clip, message)
            for name, side in zip(names, (first, second), strict=True)
            for clip, message in side.refused.items()
        ],
        parts=part_gaps(pairs),
        hands=hand_agreement(pairs),
        answers=answers(pairs, NativeModel(bundle, file.path.name), bundle.labels),
        worst=worst_frames([pair for pair in pairs if pair.same_frames]),
    )


def clip_rows(divergence: Divergence) -> list[dict[str, Any]]:
    """For a table: each pair, its answers, and in how many frames a hand was found by one engine `alone`."""
    rows = []
    for pair, answer in zip(divergence.pairs, divergence.answers.clips, strict=True):
        alone = sum(int((found[0] ^ found[1]).sum()) for found in (pair.hands_found[hand] for hand in HANDS))
        rows.append({"pair": pair, "answer": answer, "alone": alone})
    return rows
