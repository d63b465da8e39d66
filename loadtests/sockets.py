"""A client that adds little: HTTP/1.1 over plain sockets, the request's bytes made once.

For figures of the server alone; a library's client takes longer over a request than the endpoint does.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

import numpy as np

REUSE_SECONDS = 3
"""Longest that a connection may be idle and still be used: servers close idle ones (uvicorn after 5 s), and a request
that crosses with the closing is lost."""


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One request as it goes over the wire. headers: `content_type="..."` becomes `content-type`."""
    lines = [f"{method} {path} HTTP/1.1", "host: endpoint", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One kept connection. Raises OSError, or EOFError when the other side closes it instead of an answer.

    `last`: the answer said `connection: close`; nothing may be asked here any more.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.last = False
        self.answered = time.perf_counter()

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, sent: bytes) -> tuple[int, bytes]:
        """Status and body."""
        self._writer.write(sent)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        self.last = b"\r\nconnection: close" in head
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await self._reader.readexactly(int(length))
        self.answered = time.perf_counter()
        return status, body

    def close(self) -> None:
        self._writer.close()


@dataclass
class Load:
    """What a load got: milliseconds of the answers 200, how many there were of each status, and the wall clock."""

    ms: list[float] = field(default_factory=list)
    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: float = 0.0

    def note(self, status: int | str, ms: float) -> None:
        self.statuses[status] += 1
        if status == 200:
            self.ms.append(ms)

    @property
    def rate(self) -> float:
        """Answers 200 a second."""
        return len(self.ms) / self.seconds

    def percentile(self, quantile: float) -> float:
        return float(np.quantile(self.ms, quantile))


async def closed_loop(port: int, sent: bytes, connections: int, requests: int) -> Load:
    """Each of `connections` asks again as soon as it is answered, until `requests` were sent together."""
    load, left = Load(), requests
    opened = [await Connection.open(port) for _ in range(connections)]

    async def ask(connection: Connection) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            started = time.perf_counter()
            status, _ = await connection.ask(sent)
            load.note(status, (time.perf_counter() - started) * 1e3)

    started = time.perf_counter()
    try:
        await asyncio.gather(*map(ask, opened))
    finally:
        for connection in opened:
            connection.close()
    load.seconds = time.perf_counter() - started
    return load


async def open_loop(port: int, sent: bytes, rate: float, seconds: float) -> Load:
    """`rate` requests a second whether or not the earlier ones are answered; latency counts from the moment that a
    request was due, so that a server that falls behind cannot hide it."""
    load, idle, asking = Load(), [], set()

    async def ask(due: float) -> None:
        try:
            connection = idle.pop() if idle else None
            if connection is None or time.perf_counter() - connection.answered > REUSE_SECONDS:
                connection = await Connection.open(port)
            status, _ = await connection.ask(sent)
            idle.append(connection)
            load.note(status, (time.perf_counter() - due) * 1e3)
        except (OSError, EOFError) as error:
            load.note(type(error).__name__, 0)

    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        asking.add(task := asyncio.create_task(ask(due)))
        task.add_done_callback(asking.discard)
    await asyncio.gather(*asking)
    load.seconds = time.perf_counter() - started
    for connection in idle:
        connection.close()
    return load
