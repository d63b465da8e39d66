"""One person with an empty browser: comes, recognises, asks a cold cloud, comes again, and last without a network."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Playwright

from infra.local import LocalCloud
from loadtests.clips import Clip
from loadtests.errors import PageError
from loadtests.network.place import Place
from loadtests.network.visits import visit
from loadtests.page import EdgePage
from loadtests.recorder import Recorder, Trial
from loadtests.trials import record_prediction

WAYS = ("edge", "npy", "json")

_CALL_SECONDS = 180
_WIRE_MB = 25
"""More than a first visit brings over the wire; only to know how long one may take."""


class Visitor:
    """Number `number` of the visitors of a place. network: what the records call it, None for no emulated network."""

    def __init__(
        self,
        playwright: Playwright,
        recorder: Recorder,
        cloud: LocalCloud,
        where: Place,
        clip: Clip,
        number: int,
        network: str | None,
    ) -> None:
        self._playwright = playwright
        self._recorder = recorder
        self._cloud = cloud
        self._where = where
        self._clip = clip
        self._number = number
        self._network = network
        down = where.profile.down_mbit
        self._timeout = _CALL_SECONDS + (2 * _WIRE_MB * 8 / down if down else 0)

    async def visits(self, requests: int = 0) -> AsyncIterator[str]:
        """Records everything; yields what it has just done. requests: warm ones each way, while the first page is open.

        What fails is recorded as a failure and ends the visitor's visits.
        """
        trial = self._trial("cold", self._number)
        try:
            with tempfile.TemporaryDirectory(prefix="cerca-profile-", ignore_cleanup_errors=True) as profile:
                async with self._where.open(self._playwright, Path(profile)) as page:
                    keypoints = await self._first_visit(page, trial)
                    yield "first visit"
                    await self._cold_request(page, trial, keypoints)
                    yield "cold request"
                    async for number in self._warm_requests(page, keypoints, requests):
                        yield f"warm requests {number + 1} of {requests}"
                    await page.kept(self._timeout)
                async with self._where.open(self._playwright, Path(profile)) as page:
                    await self._visit(page, trial, "repeat_visit")
                    yield "second visit"
                async with self._where.open(self._playwright, Path(profile)) as page:
                    with self._where.cut_off():
                        await self._visit(page, trial, "offline_visit")
                    yield "visit without a network"
        except PageError as error:
            self._recorder.failure(trial, "edge", error.code, str(error))
            yield "failed"

    async def _first_visit(self, page: EdgePage, trial: Trial) -> str:
        """The keypoints of the clip, as the page gives them. Raises PageError."""
        ready_ms = await self._visit(page, trial, "first_visit", split=True)
        extraction = await page.extract(self._clip.path)
        answer = await page.classify(extraction["keypoints"])
        answered_ms = ready_ms + extraction["ms"]["extract"] + answer["ms"]["classify"]
        steps = {"visit_first_frame": extraction["first_frame"], "first_answer": answered_ms}
        self._recorder.steps(trial, "edge", steps)
        return extraction["keypoints"]

    async def _visit(self, page: EdgePage, trial: Trial, step: str, split: bool = False) -> float:
        """Milliseconds from navigation to ready; recorded with the bytes that came over the wire. Raises PageError."""
        found = await visit(page, self._where.url, self._timeout)
        self._recorder.steps(trial, "edge", {step: found.ms}, size={step: found.bytes})
        if split:
            self._recorder.steps(trial, "edge", found.parts)
        return found.ms

    async def _cold_request(self, page: EdgePage, trial: Trial, keypoints: str) -> None:
        """The page's first request to the cloud, whose endpoint and function are gone: its connection is in it too."""
        await asyncio.to_thread(self._cloud.make_cold, endpoint=True, lambdas=True)
        await self._ask(page, trial, keypoints, "npy")

    async def _warm_requests(self, page: EdgePage, keypoints: str, requests: int) -> AsyncIterator[int]:
        """The same keypoints each way in turn, after one unrecorded request each. Raises PageError `page_lost`."""
        for number in range(-1 if requests else 0, requests):
            turn = number % len(WAYS)
            for way in WAYS[turn:] + WAYS[:turn]:
                trial = self._trial("warm", number) if number >= 0 else None
                if way != "edge":
                    await self._ask(page, trial, keypoints, way)
                    continue
                answer = await page.classify(keypoints)
                if trial is not None:
                    self._recorder.steps(trial, "edge", answer["ms"])
            if number >= 0:
                yield number

    async def _ask(self, page: EdgePage, trial: Trial | None, keypoints: str, wire: str) -> None:
        """One cloud request, recorded unless `trial` is None. Raises PageError `page_lost`."""
        try:
            answer = await page.predict(keypoints, wire)
        except PageError as error:
            if error.code == "page_lost":
                raise
            self._recorder.failure(trial or self._trial("warm", 0), "cloud", error.code, str(error))
            return
        if trial is not None:
            record_prediction(self._recorder, trial, wire, answer)

    def _trial(self, phase: str, number: int) -> Trial:
        return Trial(phase, number, self._clip.name, self._network)
