"""Memory goes back once a rush is over, and not before."""

import asyncio

from cloud_inference.trim import TrimAfterRush


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
