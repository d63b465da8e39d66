"""One trial: a clip's keypoints once, then every way from keypoints to an answer."""

import random
from dataclasses import dataclass, field

import numpy as np

from loadtests.clips import Clip
from loadtests.errors import PageError
from loadtests.native import NativeModel, decode_keypoints
from loadtests.page import EdgePage
from loadtests.recorder import Recorder, Trial

# In the page, or through the cloud path in one of its two wire formats; or the A/A check: the cloud path (npy) twice.
WAYS = ("edge", "npy", "json", "aa")


@dataclass
class TrialRunner:
    """Runs trials on an open page. `native` answers the same keypoints in this process, for the agreement."""

    recorder: Recorder
    native: NativeModel
    # The last keypoints of each clip, float32 [frames, points, 2].
    keypoints: dict[str, np.ndarray] = field(default_factory=dict)
    # Which of two equal requests is called the first is drawn, so that being asked later is nobody's advantage.
    draw: random.Random = field(default_factory=lambda: random.Random(1))

    async def run(
        self, page: EdgePage, clip: Clip, trial: Trial, ways: tuple[str, ...] = WAYS
    ) -> dict[str, float] | None:
        """Every way for one clip, in the order given.

        Returns milliseconds from the clip handed over to the answer, for each way that worked; None when the clip
        itself failed and nothing else was tried. Failures are recorded; PageError `page_lost` is raised besides,
        for the caller to open a new page.
        """
        try:
            extraction = await page.extract(clip.path)
        except PageError as error:
            self._failed(trial, "shared", error)
            return None
        self.recorder.steps(trial, "shared", extraction["ms"], frames=extraction["frames"])
        keypoints = extraction["keypoints"]
        totals = {}
        for way in ways:
            try:
                answered = await self._answer(page, clip, trial, way, keypoints)
                totals[way] = extraction["ms"]["extract"] + answered
            except PageError as error:
                self._failed(trial, "edge" if way == "edge" else "cloud", error)
        self.keypoints[clip.name] = decode_keypoints(keypoints)
        self.recorder.answer(trial, clip.gloss, "native", self.native.answer(self.keypoints[clip.name]))
        return totals

    async def _answer(self, page: EdgePage, clip: Clip, trial: Trial, way: str, keypoints: str) -> float:
        """Milliseconds from keypoints to answer."""
        if way == "edge":
            answer = await page.classify(keypoints)
            self.recorder.steps(trial, "edge", answer["ms"])
            self.recorder.answer(trial, clip.gloss, "edge", answer)
            return answer["ms"]["classify"]
        if way == "aa":
            return await self._twice(page, trial, keypoints)
        answer = await page.predict(keypoints, way)
        record_prediction(self.recorder, trial, way, answer)
        self.recorder.answer(trial, clip.gloss, "cloud", answer, wire=way)
        return sum(answer["ms"].values())

    async def _twice(self, page: EdgePage, trial: Trial, keypoints: str) -> float:
        """The same request to the cloud two times; milliseconds of the one called the first."""
        answers = [await page.predict(keypoints, "npy") for _ in range(2)]
        times = [sum(answer["ms"].values()) for answer in answers]
        self.draw.shuffle(times)
        if not any(answer["cold"] for answer in answers):
            self.recorder.steps(trial, "cloud", dict(zip(("aa_first", "aa_second"), times, strict=True)))
        return times[0]

    def _failed(self, trial: Trial, path: str, error: PageError) -> None:
        self.recorder.failure(trial, path, error.code, str(error))
        if error.code == "page_lost":
            raise error


def record_prediction(recorder: Recorder, trial: Trial, wire: str, answer: dict) -> None:
    """The steps of one cloud request, as the page and as each part of the path timed them.

    A request that had to start something is cold, whatever the trial meant to measure.
    """
    phase = "cold" if answer["cold"] else trial.phase
    size = {"encode": answer["bytes"]["up"], "parse": answer["bytes"]["down"]}
    recorder.steps(trial, "cloud", answer["ms"], phase=phase, wire=wire, size=size)
    server = {name.replace("-", "_"): ms for name, ms in answer["server"].items()}
    recorder.steps(trial, "cloud", server, clock="server", phase=phase, wire=wire)
