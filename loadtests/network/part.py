"""The part of a comparison that runs over networks: for each profile its proof, its visits, its warm requests."""

import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Playwright

from infra.local import LocalCloud
from loadtests.clips import Clip
from loadtests.errors import PageError
from loadtests.network.place import Place, place
from loadtests.network.profiles import Profile
from loadtests.network.visits import visit
from loadtests.page import EdgePage
from loadtests.recorder import Recorder, Trial
from loadtests.trials import record_prediction

WAYS = ("edge", "npy", "json")
VISITS = 20
REQUESTS = 64
"""Enough for a p90 (`analysis.statistics.minimum_samples`)."""

SECONDS = 1200
FEWEST_VISITS = 3
EFFORT = 0.5

_CALL_SECONDS = 180
_WIRE_MB = 25
"""More than a first visit brings over the wire; only to know how long one may take."""


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
                visitor = _Visitor(playwright, recorder, where, clip, number)
                try:
                    async for done in visitor.visits(plan.requests if number == 0 else 0):
                        yield f"{profile.name}: visitor {number + 1} of {plan.visits}, {done}"
                except PageError as error:
                    recorder.failure(visitor.trial("cold"), "edge", error.code, str(error))


class _Visitor:
    """One person with an empty browser: comes, recognises, comes again, and once more without a network."""

    def __init__(self, playwright: Playwright, recorder: Recorder, where: Place, clip: Clip, number: int) -> None:
        self._playwright = playwright
        self._recorder = recorder
        self._where = where
        self._clip = clip
        self._number = number
        down = where.profile.down_mbit
        self._timeout = _CALL_SECONDS + (2 * _WIRE_MB * 8 / down if down else 0)

    async def visits(self, requests: int) -> AsyncIterator[str]:
        """Raises PageError."""
        with tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True) as profile:
            async with self._where.open(self._playwright, Path(profile)) as page:
                trial = self.trial("cold")
                ready_ms = await self._visit(page, trial, "first_visit", split=True)
                extraction = await page.extract(self._clip.path)
                answer = await page.classify(extraction["keypoints"])
                self._recorder.steps(
                    trial,
                    "edge",
                    {
                        "visit_first_frame": extraction["first_frame"],
                        "first_answer": ready_ms + extraction["ms"]["extract"] + answer["ms"]["classify"],
                    },
                )
                yield "first visit"
                async for _ in self._warm_requests(page, extraction["keypoints"], requests):
                    yield "warm requests"
                await page.kept(self._timeout)
            async with self._where.open(self._playwright, Path(profile)) as page:
                await self._visit(page, trial, "repeat_visit")
                yield "second visit"
            async with self._where.open(self._playwright, Path(profile)) as page:
                with self._where.cut_off():
                    await self._visit(page, trial, "offline_visit")
                yield "visit without a network"

    def trial(self, phase: str, number: int | None = None) -> Trial:
        return Trial(phase, self._number if number is None else number, self._clip.name, self._where.profile.name)

    async def _visit(self, page: EdgePage, trial: Trial, step: str, split: bool = False) -> float:
        """Milliseconds from navigation to ready; recorded with the bytes that came over the wire."""
        found = await visit(page, self._where.url, self._timeout)
        self._recorder.steps(trial, "edge", {step: found.ms}, size={step: found.bytes})
        if split:
            self._recorder.steps(trial, "edge", found.parts)
        return found.ms

    async def _warm_requests(self, page: EdgePage, keypoints: str, requests: int) -> AsyncIterator[None]:
        """The same keypoints each way in turn, after one unrecorded request each, which may be a cold one."""
        for number in range(-1 if requests else 0, requests):
            for way in WAYS[number % len(WAYS) :] + WAYS[: number % len(WAYS)]:
                trial = self.trial("warm", max(number, 0))
                if way == "edge":
                    answer = await page.classify(keypoints)
                    if number >= 0:
                        self._recorder.steps(trial, "edge", answer["ms"])
                    continue
                try:
                    answer = await page.predict(keypoints, way)
                except PageError as error:
                    if error.code == "page_lost":
                        raise
                    self._recorder.failure(trial, "cloud", error.code, str(error))
                    continue
                if number >= 0:
                    record_prediction(self._recorder, trial, way, answer)
            yield
