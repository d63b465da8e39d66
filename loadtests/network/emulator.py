"""The process between two namespaces: `python -m loadtests.network.emulator PROFILE_JSON`.

It makes the namespaces and a TUN device in each, says where they are in one JSON line on stdout (or `{"error": ...}`,
exit code 1), and carries the packets until stdin ends, SIGTERM or Ctrl-C. What it made has no name and ends with it,
however it ends.
"""

import gc
import json
import os
import select
import signal
import sys
from collections import deque
from time import monotonic

from loadtests.network.link import Direction
from loadtests.network.namespaces import enter_new, open_tun
from loadtests.network.priority import be_prompt

CLIENT = "10.78.0.1"
SITE = "10.78.0.2"
API = "10.78.0.3"
"""Site and API have an address each, so that both can listen on 443."""

SEEDS = (1, 2)
_AT_ONCE = 32
_LONGEST_PACKET = 65_536


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m loadtests.network.emulator PROFILE_JSON", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    up, down = directions(json.loads(sys.argv[1]))
    try:
        client_namespace = enter_new()
        client = open_tun("near", [f"{CLIENT}/24"])
        server_namespace = enter_new()
        server = open_tun("far", [f"{SITE}/24", f"{API}/24"])
    except OSError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    where = {"client": client_namespace, "server": server_namespace}
    print(json.dumps({name: f"/proc/{os.getpid()}/fd/{number}" for name, number in where.items()}), flush=True)
    gc.disable()
    be_prompt()
    carry(client, server, up, down, sys.stdin.fileno())
    return 0


def directions(nominal: dict[str, float | None]) -> tuple[Direction, Direction]:
    """Up and down of a profile's figures (`analysis.records.Nominal`): half the round trip each, and of the jitter
    what adds up to it (variances add)."""
    delay, jitter = nominal["rtt_ms"] / 2e3, nominal["jitter_ms"] / 1e3 / 2**0.5
    return tuple(
        Direction(delay, jitter, nominal["loss"], rate * 1e6 if rate else None, seed)
        for rate, seed in zip((nominal["up_mbit"], nominal["down_mbit"]), SEEDS, strict=True)
    )


def carry(client: int, server: int, up: Direction, down: Direction, stop: int) -> None:
    """Carries packets between the two TUN devices until `stop` can be read (or has ended)."""
    ways = {client: (server, up.arrival, deque()), server: (client, down.arrival, deque())}
    wait: float | None = None
    while True:
        # select, because its timeout is in microseconds; epoll's is in milliseconds.
        readable, _, _ = select.select([client, server, stop], [], [], wait)
        if stop in readable:
            return
        for device in readable:
            _, arrival_of, under_way = ways[device]
            for _ in range(_AT_ONCE):
                try:
                    packet = os.read(device, _LONGEST_PACKET)
                except BlockingIOError:
                    break
                arrival = arrival_of(len(packet), monotonic())
                if arrival is not None:
                    under_way.append((arrival, packet))
        wait = None
        for target, _, under_way in ways.values():
            now = monotonic()
            while under_way and under_way[0][0] <= now:
                try:
                    os.write(target, under_way.popleft()[1])
                except OSError:
                    # A device that takes no more, or is down, loses the packet, as any full queue does.
                    continue
            if under_way:
                left = max(0.0, under_way[0][0] - now)
                wait = left if wait is None else min(wait, left)


if __name__ == "__main__":
    sys.exit(main())
