"""Clients that misbehave: none of them costs another one its answer."""

import asyncio
import contextlib
import gzip
import os
import socket
import threading
import time

import httpx
import pytest

from cloud_inference.settings import MAX_BODY_BYTES
from loadtests.sockets import Connection, request
from tests.cloud_inference.wire import NPY
from tests.reliability.conftest import NPY_REQUEST, PING


def ask(container, sent: bytes) -> int:
    async def once() -> int:
        connection = await Connection.open(container.port)
        try:
            return (await connection.ask(sent))[0]
        finally:
            connection.close()

    return asyncio.run(once())


def descriptors(process) -> int:
    """Once it has stopped falling: connections are closed a moment after their client."""
    count = process.num_fds()
    for _ in range(100):
        time.sleep(0.02)
        if (now := process.num_fds()) >= count:
            return now
        count = now
    return count


def test_a_thousand_idle_connections_leave_the_rest_as_it_was(container, process):
    before = descriptors(process)
    idle = [socket.create_connection(("127.0.0.1", container.port)) for _ in range(1000)]
    try:
        assert ask(container, PING) == 200
        assert ask(container, NPY_REQUEST) == 200
    finally:
        for connection in idle:
            connection.close()
    deadline = time.monotonic() + 10
    while process.num_fds() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.num_fds() <= before


def test_bodies_half_sent_or_dropped_hold_nothing_up(container, process):
    before = descriptors(process)
    half = NPY_REQUEST[: len(NPY_REQUEST) // 2]
    sending = [socket.create_connection(("127.0.0.1", container.port)) for _ in range(50)]
    for connection in sending:
        connection.sendall(half)
    assert ask(container, NPY_REQUEST) == 200
    for connection in sending:
        connection.close()
    assert ask(container, NPY_REQUEST) == 200
    assert descriptors(process) <= before


def test_an_answer_that_nobody_waits_for_does_no_harm(container):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", container.port)) as connection:
            connection.sendall(NPY_REQUEST)
    assert ask(container, NPY_REQUEST) == 200


@pytest.mark.parametrize("announced", [True, False])
def test_twenty_megabytes_are_refused_and_not_kept(container, process, announced):
    memory = process.memory_info().rss
    body = os.urandom(20 << 20)
    content = body if announced else (body[start : start + 65536] for start in range(0, len(body), 65536))
    # The endpoint answers and closes before all of it is sent; a client may see the closing first.
    with contextlib.suppress(httpx.WriteError):
        response = httpx.post(f"{container.url}/invocations", content=content, headers=NPY, timeout=30)
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
    assert ask(container, NPY_REQUEST) == 200
    assert process.memory_info().rss - memory < 4 * MAX_BODY_BYTES


def test_a_gzip_bomb_is_refused_at_the_limit_of_what_it_unpacks_to(container, process):
    bomb = gzip.compress(bytes(300 << 20))
    assert len(bomb) < MAX_BODY_BYTES
    memory = process.memory_info().rss
    sent = request("POST", "/invocations", bomb, content_type="application/x-npy", content_encoding="gzip")
    assert ask(container, sent) == 413
    assert process.memory_info().rss - memory < 4 * MAX_BODY_BYTES
    assert ask(container, NPY_REQUEST) == 200


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "yesterday"])
def test_a_clients_clock_is_not_believed(container, date):
    body = NPY_REQUEST.partition(b"\r\n\r\n")[2]
    sent = request(
        "POST", "/invocations", body, content_type="application/x-npy", date=date, x_amz_date="19700101T000000Z"
    )
    assert ask(container, sent) == 200


def test_requests_that_arrive_byte_by_byte_are_answered(container):
    slow = threading.Thread(target=_drip, args=(container.port,))
    slow.start()
    assert ask(container, NPY_REQUEST) == 200
    slow.join(20)
    assert not slow.is_alive()


def _drip(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for byte in PING:
            connection.sendall(bytes([byte]))
            time.sleep(0.005)
        assert connection.recv(64).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "start",
    [
        b"GET /ping HTTP/1.1\r\nx: ",
        b"POST /invocations HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: ",
    ],
    ids=["head", "trailers"],
)
def test_a_head_or_trailers_without_an_end_are_refused(container, process, start):
    memory, sent = process.memory_info().rss, 0
    with socket.create_connection(("127.0.0.1", container.port), timeout=20) as connection:
        connection.sendall(start)
        try:
            while sent < 50 << 20:
                connection.sendall(b"a" * 65536)
                sent += 65536
        except OSError:
            pass
    assert sent < 50 << 20
    assert process.memory_info().rss - memory < 10 << 20
    assert ask(container, NPY_REQUEST) == 200
