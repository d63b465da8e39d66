"""Lambda's scheduler: a warm environment if one is free, else a new one, else 429."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from infra.local.environment import Environment, Invocation
from infra.local.errors import EnvironmentCrashed, FunctionTimeout, PayloadTooLarge, TooManyRequests

PAYLOAD_BYTES = 6_291_556
"""Largest event and largest result of a synchronous invocation (Lambda quotas: 6 MB each)."""

TIMEOUT_SECONDS = 28
"""The function's timeout, one second below the gateway's so that the gateway hears of it."""

_LIVENESS_SECONDS = 0.05


@dataclass(frozen=True)
class Outcome:
    """result: the handler's JSON. ms: event delivered -> result received. init_ms: None for a warm environment."""

    result: bytes
    ms: float
    init_ms: float | None


class EnvironmentPool:
    """At most `concurrency` environments, each working on one event at a time.

    provisioned: how many of them are initialised before any request, and replaced when they end.
    """

    def __init__(self, api: str, variables: dict[str, str], concurrency: int, log: Path, provisioned: int = 0) -> None:
        self._api = api
        self._variables = variables
        self._concurrency = concurrency
        self._log = log
        self._provisioned = provisioned
        self._environments: dict[str, Environment] = {}

    def find(self, environment_id: str) -> Environment | None:
        return self._environments.get(environment_id)

    async def provision(self) -> None:
        """Starts the provisioned environments, and returns when their init is over. Raises EnvironmentCrashed."""
        self._fill()
        for environment in list(self._environments.values()):
            while not environment.initialised.is_set():
                if not environment.alive:
                    raise EnvironmentCrashed("The function's process ended in its init; lambda.log says why.")
                await asyncio.sleep(_LIVENESS_SECONDS)

    async def invoke(self, event: bytes, trace_id: str) -> Outcome:
        """Raises InvocationError."""
        if len(event) > PAYLOAD_BYTES:
            raise PayloadTooLarge(f"The event has {len(event)} bytes, Lambda takes {PAYLOAD_BYTES}.")
        environment, cold = self._acquire()
        future = asyncio.get_running_loop().create_future()
        invocation = Invocation(event, trace_id, time.time() + TIMEOUT_SECONDS, future)
        environment.offer(invocation)
        try:
            result = await self._result(environment, invocation)
        except (EnvironmentCrashed, FunctionTimeout, asyncio.CancelledError):
            self._discard(environment)
            self._fill()
            raise
        finally:
            environment.current = None
        ms = (time.perf_counter() - (invocation.delivered or 0)) * 1e3
        return Outcome(result, ms, environment.init_ms if cold else None)

    def make_cold(self) -> None:
        """Every environment, busy or not, is killed; a busy one's request fails as if it had crashed."""
        self.close()
        self._fill()

    def close(self) -> None:
        for environment in list(self._environments.values()):
            self._discard(environment)

    def _fill(self) -> None:
        """Starts what is missing of the provisioned environments."""
        missing = self._provisioned - sum(found.provisioned for found in self._environments.values())
        for _ in range(min(missing, self._concurrency - len(self._environments))):
            environment = Environment(self._api, self._variables, self._log, provisioned=True)
            self._environments[environment.id] = environment

    def _acquire(self) -> tuple[Environment, bool]:
        for environment in list(self._environments.values()):
            if not environment.alive:
                self._discard(environment)
            # A provisioned one that is still in its init takes no request: its init is nobody's cold start.
            elif environment.current is None and not (environment.provisioned and not environment.initialised.is_set()):
                return environment, False
        self._fill()
        if len(self._environments) >= self._concurrency:
            raise TooManyRequests(f"All {self._concurrency} environments are busy.")
        environment = Environment(self._api, self._variables, self._log)
        self._environments[environment.id] = environment
        return environment, True

    def _discard(self, environment: Environment) -> None:
        if self._environments.pop(environment.id, None) is not None:
            environment.kill()

    @staticmethod
    async def _result(environment: Environment, invocation: Invocation) -> bytes:
        while True:
            done, _ = await asyncio.wait({invocation.result}, timeout=_LIVENESS_SECONDS)
            if done:
                return invocation.result.result()
            if not environment.alive:
                raise EnvironmentCrashed("The function's process ended before it answered.")
            if time.time() > invocation.deadline:
                raise FunctionTimeout(f"The function did not answer within {TIMEOUT_SECONDS} s.")
