"""A load's stages: one, or a ramp in equal steps up to what was asked for and never beyond."""

from collections.abc import Sequence

from analysis.records import Stage
from loadtests.load.errors import LoadError


def make_stages(seconds: float, *, rate: float | None = None, users: int | None = None, steps: int = 1) -> list[Stage]:
    """`steps` stages of `seconds / steps` each. The last has the whole `rate` (open) or all `users` (closed), the
    first a `steps`-th of it. Raises LoadError."""
    if (rate is None) == (users is None):
        raise LoadError("Give either a rate (requests a second: an open workload) or users (at once: a closed one).")
    if seconds <= 0 or steps < 1:
        raise LoadError("A load needs more than 0 seconds and at least one stage.")
    each = seconds / steps
    if rate is not None:
        if rate <= 0 or rate / steps * each < 1:
            raise LoadError(
                f"{rate:g} requests a second for {seconds:g} s in {steps} stages leave a stage without a request: "
                "raise the rate or the duration."
            )
        return [Stage(seconds=each, rate=rate * step / steps) for step in range(1, steps + 1)]
    if users < steps:
        raise LoadError(f"A ramp of {steps} stages needs at least {steps} users.")
    return [Stage(seconds=each, users=round(users * step / steps)) for step in range(1, steps + 1)]


def total_seconds(stages: Sequence[Stage]) -> float:
    return sum(stage.seconds for stage in stages)


def stage_at(stages: Sequence[Stage], elapsed: float) -> int:
    """The index of the stage that is on `elapsed` seconds after the start; the last one afterwards."""
    end = 0.0
    for index, stage in enumerate(stages):
        end += stage.seconds
        if elapsed < end:
            return index
    return len(stages) - 1


def entry_seconds(stages: Sequence[Stage], user: int) -> float | None:
    """Seconds after the start at which the closed workload's `user` (from 0) begins; None if no stage has as many."""
    begins = 0.0
    for stage in stages:
        if user < stage.users:
            return begins
        begins += stage.seconds
    return None
