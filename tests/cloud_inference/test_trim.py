"""Memory goes back once a rush is over, and not before."""

import asyncio

import httpx
import pytest

from cloud_inference.app import Endpoint
from cloud_inference.errors import Busy
from cloud_inference.settings import Settings
from cloud_inference.trim import TrimAfterRush
from tests.cloud_inference.conftest import MODEL_DIR
from tests.cloud_inference.wire import NPY


def test_it_waits_for_the_end_of_a_rush():
    async def rush():
        done = []
        after = TrimAfterRush(lambda: done.append(len(refusals)), quiet_seconds=0.1)
        refusals = []
        for number in range(15):
            refusals.append(number)
            after.refused()
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        return done

    # A machine so busy that it sleeps 0.1 s instead of 0.02 sees several ends.
    assert asyncio.run(rush())[-1] == 15


def test_every_rush_has_its_own():
    async def rushes():
        done = []
        after = TrimAfterRush(lambda: done.append(True), quiet_seconds=0.01)
        for _ in range(2):
            after.refused()
            await asyncio.sleep(0.1)
        return done

    assert asyncio.run(rushes()) == [True, True]


@pytest.mark.parametrize(("queue_is_full", "status", "told"), [(True, 429, 1), (False, 400, 0)])
def test_an_endpoint_tells_of_a_full_queue_and_of_no_other_refusal(monkeypatch, queue_is_full, status, told):
    refusals = []
    monkeypatch.setattr(TrimAfterRush, "refused", lambda _: refusals.append("told"))
    endpoint = Endpoint(Settings.from_environment({"SAGEMAKER_MODEL_DIR": str(MODEL_DIR)}))

    def full(_):
        raise Busy("busy", "Full.")

    if queue_is_full:
        monkeypatch.setattr("cloud_inference.turns.Turns.check", full)

    async def ask() -> httpx.Response:
        await endpoint.load()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://container") as client:
            return await client.post("/invocations", content=b"no array", headers=NPY)

    assert (asyncio.run(ask()).status_code, len(refusals)) == (status, told)
