"""What a link does to packets, one direction of it: a queue in front of a rate, then loss, then a delay that varies.

No clock and no socket in here: the caller says what time it is, so that the model can be tested without either.
"""

import random
from math import cos, pi, sin

SLOT_SECONDS = 0.05
"""A delay turns into an independent one in that time, smoothly: what makes delays vary (radio scheduling, queues
elsewhere) does not change by the packet, and independent delays of packets that may not overtake each other would add
up to a longer one."""

QUEUE_SECONDS = 0.1
FEWEST_QUEUED = 64
"""The queue in front of the rate holds QUEUE_SECONDS of it, at least FEWEST_QUEUED full packets; what finds it full is
dropped."""

PACKET_BITS = 1500 * 8
MOST_SIGMAS = 3


class Direction:
    """delay, jitter: seconds, one way, mean and standard deviation. loss: share. rate: bits a second, None = unlimited.

    Packets never overtake each other. One seed gives the same fate to the same packets.
    """

    def __init__(self, delay: float, jitter: float, loss: float, rate: float | None, seed: int) -> None:
        self._delay = delay
        self._jitter = jitter
        self._loss = loss
        self._rate = rate
        self._queue = max(QUEUE_SECONDS, FEWEST_QUEUED * PACKET_BITS / rate) if rate else 0.0
        self._random = random.Random(seed)
        self._free = 0.0
        self._last = 0.0
        self._slot = -1
        self._ends = (0.0, 0.0)

    def arrival(self, size: int, now: float) -> float | None:
        """When a packet of `size` bytes, sent `now`, is there; None where it is lost. Seconds of the caller's clock."""
        sent = now
        if self._rate:
            begun = max(now, self._free)
            if begun - now > self._queue:
                return None
            sent = self._free = begun + size * 8 / self._rate
        if self._loss and self._random.random() < self._loss:
            return None
        self._last = max(self._last, sent + self._delay_at(sent))
        return self._last

    def _delay_at(self, when: float) -> float:
        if not self._jitter:
            return self._delay
        slot, position = divmod(when, SLOT_SECONDS)
        if slot != self._slot:
            # After a gap both ends are new; in a row the last end is the next beginning.
            begin = self._ends[1] if slot == self._slot + 1 else self._sigmas()
            self._slot, self._ends = slot, (begin, self._sigmas())
        angle = pi / 2 * position / SLOT_SECONDS
        # cos^2 + sin^2 = 1: the variance is the same at every moment.
        sigmas = self._ends[0] * cos(angle) + self._ends[1] * sin(angle)
        return max(0.0, self._delay + sigmas * self._jitter)

    def _sigmas(self) -> float:
        while True:
            sigmas = self._random.gauss(0, 1)
            if abs(sigmas) <= MOST_SIGMAS:
                return sigmas
