"""Function containers that connect by themselves: what `EnvironmentPool` is to processes, this is to containers.

A container is an environment from its first `/next` on. Nothing is started here, so concurrency is the number of
containers (`docker compose up --scale lambda=4`).
"""

import asyncio
import time

from infra.local.environment import Invocation
from infra.local.environment_pool import PAYLOAD_BYTES, TIMEOUT_SECONDS, Outcome
from infra.local.errors import EnvironmentCrashed, FunctionTimeout, PayloadTooLarge, TooManyRequests


class ContainerEnvironment:
    """One container, named by the first segment of its Runtime API path. Works on one event at a time."""

    def __init__(self) -> None:
        self.current: Invocation | None = None
        self._waiting: asyncio.Future[Invocation | None] | None = None

    @property
    def free(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    def offer(self, invocation: Invocation) -> None:
        assert self._waiting is not None, "only a free environment takes an event"
        self.current = invocation
        self._waiting.set_result(invocation)

    async def next_event(self) -> Invocation | None:
        """What the runtime's `/next` waits for; None when the same container asks anew (it was restarted)."""
        self.release()
        if self.current is not None and not self.current.result.done():
            self.current.result.set_exception(EnvironmentCrashed("The function's container was restarted."))
        self.current = None
        self._waiting = asyncio.get_running_loop().create_future()
        invocation = await self._waiting
        if invocation is not None:
            invocation.delivered = time.perf_counter()
        return invocation

    def release(self) -> None:
        """Answers the `/next` that waits, if any, with nothing."""
        if self.free:
            self._waiting.set_result(None)


class ContainerPool:
    """The containers that have connected, found by name."""

    def __init__(self) -> None:
        self._environments: dict[str, ContainerEnvironment] = {}

    def find(self, environment_id: str) -> ContainerEnvironment:
        return self._environments.setdefault(environment_id, ContainerEnvironment())

    async def invoke(self, event: bytes, trace_id: str) -> Outcome:
        """Raises InvocationError. A container that is silent until the timeout is forgotten until it asks again."""
        if len(event) > PAYLOAD_BYTES:
            raise PayloadTooLarge(f"The event has {len(event)} bytes, Lambda takes {PAYLOAD_BYTES}.")
        if not self._environments:
            raise EnvironmentCrashed("No function container has connected yet.")
        name = next((name for name, environment in self._environments.items() if environment.free), None)
        if name is None:
            raise TooManyRequests(f"All {len(self._environments)} function containers are busy.")
        future = asyncio.get_running_loop().create_future()
        invocation = Invocation(event, trace_id, time.time() + TIMEOUT_SECONDS, future)
        self._environments[name].offer(invocation)
        try:
            result = await asyncio.wait_for(future, TIMEOUT_SECONDS)
        except TimeoutError:
            del self._environments[name]
            raise FunctionTimeout(f"The function did not answer within {TIMEOUT_SECONDS} s.") from None
        return Outcome(result, (time.perf_counter() - (invocation.delivered or 0)) * 1e3, None)

    def close(self) -> None:
        for environment in self._environments.values():
            environment.release()
