"""The short form of a divergence, for the terminal."""

from rich.console import Console
from rich.table import Table

from loadtests.extraction.divergence.divergence import Divergence


def show(divergence: Divergence, console: Console) -> None:
    first, second = divergence.names
    gaps = Table("part", "median px", "p90 px", "widest px", "frames", "clips", title=f"{first} against {second}")
    for part in divergence.parts:
        p90 = "" if part.p90_px is None else f"{part.p90_px:.2f}"
        numbers = (f"{part.median_px:.2f}", p90, f"{part.worst_px:.1f}", f"{part.frames}", f"{part.clips}")
        gaps.add_row(part.part, *numbers)
    hands = Table("hand", "both", f"only {first}", f"only {second}", "neither", "agreement")
    for hand in divergence.hands:
        share = "" if hand.agreement is None else f"{hand.agreement:.1%}"
        hands.add_row(hand.hand, *(f"{n}" for n in (hand.both, hand.only_first, hand.only_second, hand.neither)), share)
    console.print(gaps)
    console.print(hands)
    for line in _sentences(divergence):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _sentences(divergence: Divergence) -> list[str]:
    found, clips = divergence.answers, len(divergence.pairs)
    lines = [f"{divergence.identical} of {clips} clips are the same in every bit."]
    if found.accuracy and found.paired:
        shares = (
            f"{name} {side.correct}/{side.n}" for name, side in zip(divergence.names, found.accuracy, strict=True)
        )
        low, high = found.paired.interval95
        lines.append(
            f"Top-1 {', '.join(shares)}: difference {100 * found.paired.difference:.1f} points "
            f"(95 % {100 * low:.1f} to {100 * high:.1f}), McNemar p = {found.paired.p:.3f}."
        )
    lines.append(
        f"The same likeliest sign in {found.same_top1} of {clips} clips; logits differ by "
        f"{found.logit_gap_median:.2g} (median), {found.logit_gap_worst:.2g} at most ({found.logit_gap_worst_clip})."
    )
    return lines
