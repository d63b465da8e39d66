"""What `cerca samples check` prints."""

from rich.table import Table

from .check import Checked


def table(checked: list[Checked]) -> Table:
    """One row a clip: in how many of its frames MediaPipe finds each part, and what the model answers."""
    shown = Table()
    shown.add_column("clip", no_wrap=True)
    for name in ("frames", "pose", "signing hand", "other hand"):
        shown.add_column(name, justify="right")
    shown.add_column("answer", no_wrap=True)
    shown.add_column("rank", justify="right")
    for clip in checked:
        answer = clip.ranking[0] if clip.rank == 1 else f"[yellow]{clip.ranking[0]}[/yellow]"
        counts = (clip.row.frames, clip.pose, clip.signing_hand, clip.other_hand)
        shown.add_row(clip.row.clip.split("/")[-1], *map(str, counts), answer, str(clip.rank))
    return shown


def summary(checked: list[Checked]) -> list[str]:
    """The same over all clips, one line each, every share with its n."""
    frames = sum(clip.row.frames for clip in checked)
    counts = {"pose": sum(clip.pose for clip in checked), "signing hand": sum(clip.signing_hand for clip in checked)}
    found = [f"{part} found in {n} of {frames} frames ({n / frames:.1%})" for part, n in counts.items()]
    right = [f"top-{k}: {sum(clip.rank <= k for clip in checked)} of {len(checked)} clips" for k in (1, 5)]
    return found + right
