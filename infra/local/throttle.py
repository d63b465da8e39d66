"""API Gateway's throttling: a token bucket that refills at the rate and holds at most the burst."""

import time
from collections.abc import Callable
from dataclasses import dataclass

ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000
"""Requests a second, and requests at once, that an account is given in a region (API Gateway quotas)."""


@dataclass(frozen=True)
class Limits:
    """rate: requests a second. burst: requests at once. A stage's or a usage plan's, below the account's."""

    rate: float = ACCOUNT_RATE
    burst: int = ACCOUNT_BURST


ACCOUNT = Limits()


class Throttle:
    """clock: seconds, never going back."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._tokens = float(limits.burst)
        self._counted = clock()

    def admit(self) -> bool:
        """Whether one more request may pass now."""
        now = self._clock()
        self._tokens = min(self._limits.burst, self._tokens + (now - self._counted) * self._limits.rate)
        self._counted = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
