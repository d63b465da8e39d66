"""The table that `cerca samples check` prints."""

from rich.table import Table

from .check import Checked


def table(checked: list[Checked]) -> Table:
    """One row a clip and one for all; every share says of how many."""
    shown = Table(title="Frames in which MediaPipe finds the part, and what the model answers", title_justify="left")
    shown.add_column("clip", no_wrap=True)
    for name in ("pose", "signing hand", "other hand"):
        shown.add_column(name, justify="right")
    shown.add_column("answer")
    shown.add_column("rank of the truth", justify="right")
    for clip in checked:
        of = clip.row.frames
        rank = clip.rank
        answer = clip.ranking[0] if rank == 1 else f"[yellow]{clip.ranking[0]}[/yellow]"
        parts = (clip.pose, clip.signing_hand, clip.other_hand)
        shown.add_row(clip.row.clip, *(f"{part}/{of}" for part in parts), answer, str(rank))
    shown.add_section()
    frames = sum(clip.row.frames for clip in checked)
    sums = (sum(clip.pose for clip in checked), sum(clip.signing_hand for clip in checked))
    ranks = [clip.rank for clip in checked]
    within = {n: sum(rank <= n for rank in ranks) for n in (1, 5)}
    shown.add_row(
        f"{len(checked)} clips",
        *(f"{part}/{frames} {part / frames:.1%}" for part in sums),
        "",
        f"top-1 {within[1]}/{len(ranks)}",
        f"top-5 {within[5]}/{len(ranks)}",
    )
    return shown
