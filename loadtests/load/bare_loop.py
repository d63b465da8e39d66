"""An independent client, to hold the load users' clock to: one blocking socket, one request after the other, nothing else.

`python -m loadtests.load.bare_loop PORT SECONDS < REQUEST` prints the milliseconds of each answer as JSON. Nothing here
is shared with the users' client, on purpose.
"""

import json
import os
import socket
import sys
import time

UNCOUNTED = 20


def main() -> int:
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    request = sys.stdin.buffer.read()
    # As the load users do (punctual.come_first), or a busy machine would decide the comparison.
    if hasattr(os, "sched_setscheduler"):
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        except OSError:
            pass
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
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
        times.append((time.perf_counter() - started) * 1e3)
        if not answer.startswith(b"HTTP/1.1 200"):
            print(answer[:80].decode(errors="replace"), file=sys.stderr)
            return 1
    print(json.dumps(times[UNCOUNTED:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
