"""An independent client, to hold the load users' clock to: one blocking socket, one request after the other.

`python -m loadtests.load.bare_loop PORT SECONDS < REQUEST` prints, as JSON, when each answer was asked for (Unix
seconds) and its milliseconds. It asks only in its own half of every half second; `BlockUser` (bench_user.py) has the
other half, so that both meet the same machine. Nothing else here is shared with the users' client, on purpose.
"""

import contextlib
import json
import os
import socket
import sys
import time

WINDOW_SECONDS = 0.25
"""One client's turn."""

GUARD_SECONDS = 0.02
"""At a turn's end, for the last answer."""


PACE_SECONDS = 0.004
"""From one request to the next, for both: a server that is asked again at once is still warm from the last."""


def may_ask(turn: int, at: float) -> bool:
    """Whether client `turn` (0 or 1) has its turn at Unix second `at`."""
    window, within = divmod(at, WINDOW_SECONDS)
    return int(window) % 2 == turn and within < WINDOW_SECONDS - GUARD_SECONDS


def main() -> int:
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    request = sys.stdin.buffer.read()
    # As the load users do (punctual.come_first), or a busy machine would decide the comparison.
    if hasattr(os, "sched_setscheduler"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answers, last = [], 0.0
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        if not may_ask(1, asked := time.time()):
            time.sleep(0.001)
            continue
        time.sleep(max(0.0, PACE_SECONDS - (asked - last)))
        last = asked = time.time()
        started = time.perf_counter()
        connection.sendall(request)
        answer = connection.recv(65536)
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        received = len(body)
        while received < length:
            received += len(connection.recv(65536))
        answers.append((asked, (time.perf_counter() - started) * 1e3))
        if not answer.startswith(b"HTTP/1.1 200"):
            print(answer[:80].decode(errors="replace"), file=sys.stderr)
            return 1
    print(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
