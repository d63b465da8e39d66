"""The part of a comparison that runs over networks: for each profile its proof, its visits, its warm requests."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Playwright

from infra.local import LocalCloud
from loadtests.clips import Clip
from loadtests.network.place import place
from loadtests.network.profiles import Profile
from loadtests.network.visitor import Visitor
from loadtests.recorder import Recorder

VISITS = 20
REQUESTS = 64
"""Enough for a p90 (`analysis.statistics.minimum_samples`)."""

SECONDS = 1200
FEWEST_VISITS = 3
EFFORT = 0.5


@dataclass(frozen=True)
class NetworkPlan:
    """profiles: in this order. visits: visitors each, with a first, a repeated and an offline visit; requests: warm
    ones each way. seconds: after that much time over one profile no further visitor comes, once FEWEST_VISITS have: a
    first visit over 3G takes minutes. effort: of the calibration. `query`: of the site's address."""

    profiles: list[Profile]
    dist: Path
    bundle: Path | None
    query: str
    visits: int = VISITS
    requests: int = REQUESTS
    seconds: float = SECONDS
    effort: float = EFFORT


async def network_part(
    playwright: Playwright, recorder: Recorder, cloud: LocalCloud, clip: Clip, plan: NetworkPlan
) -> AsyncIterator[str]:
    """Measures every profile and records it; yields what it has just done, as a short sentence, for who shows progress.

    A visitor that fails is recorded as a failure, and the others go on. Raises NetworkError, LocalStackError.
    """
    for profile in plan.profiles:
        with place(profile, cloud, plan.dist, plan.bundle, plan.query) as where:
            measured = await where.calibrate(playwright, plan.effort)
            recorder.network(
                network=profile.name,
                emulation=where.emulation,
                nominal=profile.nominal,
                source=f"{profile.source} ({profile.date})",
                measured=measured,
            )
            yield f"{profile.name}: calibrated"
            begun = time.monotonic()
            for number in range(plan.visits):
                if number >= FEWEST_VISITS and time.monotonic() - begun > plan.seconds:
                    break
                visitor = Visitor(playwright, recorder, cloud, where, clip, number, profile.name)
                async for done in visitor.visits(plan.requests if number == 0 else 0):
                    yield f"{profile.name}: visitor {number + 1} of {plan.visits}, {done}"
