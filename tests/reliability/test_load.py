"""More than the endpoint can do, for longer than a moment, and an end in the middle of it."""

import asyncio
import socket
import time

import psutil
import pytest

from cloud_inference.settings import MAX_BODY_BYTES
from loadtests.sockets import Connection, closed_loop, open_loop, request
from tests.reliability.conftest import JSON_REQUEST, NPY_REQUEST, PING

pytestmark = pytest.mark.realtime

OVERLOAD_SECONDS = 4
SOAK_ROUNDS = 6
SOAK_REQUESTS = 400


def test_three_times_the_capacity_is_answered_or_refused_at_once_and_leaves_nothing(container, process):
    async def overload():
        capacity = (await closed_loop(container.port, JSON_REQUEST, 4, 300)).rate
        before = process.memory_info().rss, process.num_fds()
        loading = asyncio.create_task(open_loop(container.port, JSON_REQUEST, 3 * capacity, OVERLOAD_SECONDS))
        ping = await Connection.open(container.port)
        pings = []
        while not loading.done():
            pings.append((await ping.ask(PING))[0])
            await asyncio.sleep(0.05)
        ping.close()
        after = await closed_loop(container.port, JSON_REQUEST, 4, 100)
        return before, loading.result(), pings, after

    before, load, pings, after = asyncio.run(overload())
    assert set(load.statuses) == {200, 429}
    assert load.statuses[429] > 0
    assert set(pings) == {200}
    assert set(after.statuses) == {200}
    until = time.monotonic() + 10
    while process.memory_info().rss >= before[0] + 30e6 and time.monotonic() < until:
        time.sleep(0.1)
    assert process.memory_info().rss < before[0] + 30e6
    assert process.num_fds() <= before[1] + 4


def test_memory_and_descriptors_do_not_grow_with_requests(container, process):
    """A shortened soak; `python -m loadtests.reliability` has the long one."""
    memory, descriptors = [], []
    for _ in range(SOAK_ROUNDS):
        load = asyncio.run(closed_loop(container.port, NPY_REQUEST, 4, SOAK_REQUESTS))
        assert set(load.statuses) == {200}
        memory.append(process.memory_info().rss)
        descriptors.append(process.num_fds())
    # The first round may still warm something up; a leak of a clip's size a request would be 70 MB in the others.
    assert memory[-1] - memory[1] < 4e6
    assert descriptors[-1] <= descriptors[0] + 4


def test_sigterm_under_load_fails_no_request_under_way(start):
    container = start()
    container.wait_until_ready()
    lost, statuses = [], []

    async def client() -> None:
        connection = await Connection.open(container.port)
        while True:
            try:
                status, _ = await connection.ask(NPY_REQUEST)
            except (OSError, EOFError) as error:
                lost.append(error)
                return
            statuses.append(status)
            if connection.last:  # told to go elsewhere, it does
                return

    async def load() -> None:
        clients = [asyncio.create_task(client()) for _ in range(8)]
        while len(statuses) < 200:
            await asyncio.sleep(0.01)
        container.process.terminate()
        await asyncio.gather(*clients)

    asyncio.run(load())
    assert lost == []
    assert set(statuses) <= {200, 503}
    assert container.end_by_itself() == (0, "")
    assert not psutil.pid_exists(container.process.pid)


def test_who_is_refused_while_still_sending_may_finish_and_reads_why(start):
    container = start()
    container.wait_until_ready()
    half = len(NPY_REQUEST) // 2
    # Larger than the buffers between the two: a client that writes on meets the closing before it reads the answer.
    late = request("POST", "/invocations", bytes(MAX_BODY_BYTES), content_type="application/x-npy")

    with socket.create_connection(("127.0.0.1", container.port), timeout=20) as taken:
        taken.sendall(NPY_REQUEST[:half])
        container.ping()  # its head has been seen when this is answered
        container.process.terminate()
        while container.ping() == 200:
            pass
        with socket.create_connection(("127.0.0.1", container.port), timeout=20) as refused:
            refused.sendall(late)
            assert refused.recv(65536).startswith(b"HTTP/1.1 503")
        taken.sendall(NPY_REQUEST[half:])
        assert taken.recv(65536).startswith(b"HTTP/1.1 200")
    assert container.end_by_itself() == (0, "")
