"""Queues with `servers` servers: arrivals at `rate` a second, service of a mean time in seconds.

Waiting: GI/G/c by Allen and Cunneen, whose mean wait is that of M/M/c (Erlang 1917, the C formula) times half the sum
of the squared coefficients of variation of arrivals and service (Allen 1990, *Probability, Statistics, and Queueing
Theory*, sec. 5.3; Whitt 1993, *Approximations for the GI/G/m Queue*); the wait of who waits is taken as exponential.
Refusing: M/G/c/c, whose B formula holds for any distribution of the service time (Sevastyanov 1957).
"""

from math import exp

import numpy as np

from analysis.statistics import Floats

MOST_SERVERS = 1_000_000


def erlang_b(servers: int, load: float) -> float:
    """The share refused where nobody waits; `load` in Erlang (rate x mean service)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """The share that has to wait; 1 from saturation on."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def wait(servers: int, rate: float, mean: float, variability: float) -> tuple[float, float]:
    """(share that waits, mean seconds of those who do). `variability` is half the sum of the squared coefficients of
    variation of arrivals and service. Infinite from saturation on."""
    load = rate * mean
    if load >= servers:
        return 1.0, float("inf")
    return erlang_c(servers, load), variability * mean / (servers - load)


def share_within(limit: float, times: Floats, waiting: tuple[float, float]) -> float:
    """The share of requests done within `limit` seconds: `times` [n] seconds without waiting, plus a wait."""
    share, mean_wait = waiting
    if mean_wait == float("inf"):
        return 0.0
    left = limit - times
    done = np.where(left >= 0, 1.0, 0.0)
    if share > 0 and mean_wait > 0:
        done -= np.where(left >= 0, share * np.exp(-np.maximum(left, 0) / mean_wait), 0.0)
    return float(done.mean())


def share_finding_full(room: int, servers: int, rate: float, mean: float, variability: float) -> float:
    """The share that finds `room` requests in a system of `servers` servers: the C formula's share that finds all
    servers busy, falling geometrically with every further request by the heavy-traffic rate of GI/G/c."""
    load = rate * mean
    if load >= servers:
        return 1.0
    if variability <= 0:
        return 0.0
    return erlang_c(servers, load) * exp(-(1 - load / servers) / variability * (room - servers))


def servers_for_wait(rate: float, mean: float, variability: float, limit: float, share: float = 0.9) -> int:
    """The fewest servers at which `share` of the requests wait no longer than `limit` seconds."""
    servers = max(1, int(rate * mean))
    while servers < MOST_SERVERS:
        waiting, mean_wait = wait(servers, rate, mean, variability)
        if mean_wait != float("inf") and (mean_wait == 0 or waiting * exp(-limit / mean_wait) <= 1 - share):
            return servers
        servers += 1
    raise ValueError(f"more than {MOST_SERVERS} servers")


def servers_for_refusals(rate: float, mean: float, refused: float) -> int:
    """The fewest servers at which at most the share `refused` finds all of them busy."""
    load, blocked, servers = rate * mean, 1.0, 0
    while blocked > refused or servers == 0:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
    return servers
