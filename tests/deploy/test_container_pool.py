"""Function containers that connect by themselves."""

import asyncio

import pytest

from infra.compose import container_pool
from infra.compose.container_pool import ContainerPool
from infra.local.errors import EnvironmentCrashed, FunctionTimeout, PayloadTooLarge, TooManyRequests


async def answer(pool, name, result):
    environment = pool.find(name)
    invocation = await environment.next_event()
    invocation.result.set_result(result + invocation.event)


def test_an_event_goes_to_a_waiting_container_and_its_answer_comes_back():
    async def run():
        pool = ContainerPool()
        container = asyncio.create_task(answer(pool, "a", b"from a: "))
        await asyncio.sleep(0)
        outcome = await pool.invoke(b"event", "trace")
        await container
        return outcome

    outcome = asyncio.run(run())
    assert outcome.result == b"from a: event"
    assert outcome.init_ms is None


def test_a_busy_container_is_a_429_and_none_is_a_crash():
    async def run():
        pool = ContainerPool()
        with pytest.raises(EnvironmentCrashed):
            await pool.invoke(b"", "trace")
        waiting = asyncio.create_task(pool.find("a").next_event())
        await asyncio.sleep(0)
        first = asyncio.create_task(pool.invoke(b"", "trace"))
        invocation = await waiting
        with pytest.raises(TooManyRequests):
            await pool.invoke(b"", "trace")
        invocation.result.set_result(b"done")
        await first

    asyncio.run(run())


def test_a_container_that_restarts_fails_its_event_and_takes_the_next():
    async def run():
        pool = ContainerPool()
        waiting = asyncio.create_task(pool.find("a").next_event())
        await asyncio.sleep(0)
        first = asyncio.create_task(pool.invoke(b"", "trace"))
        await waiting
        again = asyncio.create_task(answer(pool, "a", b"again"))
        with pytest.raises(EnvironmentCrashed):
            await first
        outcome = await pool.invoke(b"", "trace")
        await again
        return outcome.result

    assert asyncio.run(run()) == b"again"


def test_a_silent_container_is_forgotten(monkeypatch):
    monkeypatch.setattr(container_pool, "TIMEOUT_SECONDS", 0.01)

    async def run():
        pool = ContainerPool()
        waiting = asyncio.create_task(pool.find("a").next_event())
        await asyncio.sleep(0)
        with pytest.raises(FunctionTimeout):
            await pool.invoke(b"", "trace")
        await waiting
        with pytest.raises(EnvironmentCrashed):
            await pool.invoke(b"", "trace")

    asyncio.run(run())


def test_an_event_that_lambda_would_refuse_is_refused():
    with pytest.raises(PayloadTooLarge):
        asyncio.run(ContainerPool().invoke(bytes(7_000_000), "trace"))


def test_closing_lets_every_waiting_container_go():
    async def run():
        pool = ContainerPool()
        waiting = asyncio.create_task(pool.find("a").next_event())
        await asyncio.sleep(0)
        pool.close()
        return await waiting

    assert asyncio.run(run()) is None
