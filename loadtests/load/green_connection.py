"""A connection that waits by gevent's event loop itself.

gevent's own sockets first try, fail and set a timer each time, which is 7 % of an answer of 1.5 ms.
"""

import ssl
from typing import ClassVar
from weakref import WeakSet

import gevent
from gevent import get_hub

from loadtests.load.clock import now
from loadtests.load.http_client import READ_BYTES, TIMEOUT_SECONDS, Answer, Connection, Server

_READ = 1


class GreenConnection(Connection):
    """For one greenlet at a time, in a process that gevent has patched. With TLS it is the ordinary connection."""

    _open: ClassVar[WeakSet["GreenConnection"]] = WeakSet()
    _looking: ClassVar[gevent.Greenlet | None] = None

    def __init__(self, server: Server, context: ssl.SSLContext | None) -> None:
        super().__init__(server, context)
        self._hub = get_hub()
        self._native = self._socket._sock if context is None else None
        self._readable = self._hub.loop.io(self._socket.fileno(), _READ) if context is None else None
        self._asked = 0.0
        self._open.add(self)
        if not GreenConnection._looking:
            GreenConnection._looking = gevent.spawn(self._end_the_overdue)

    def ask(self, sent: bytes) -> Answer:
        self._asked = now()
        answer = super().ask(sent)
        self._asked = 0.0
        return answer

    def close(self) -> None:
        if self._readable is not None:
            self._readable.close()
            self._readable = self._native = None
        self._asked = 0.0
        super().close()

    def _send(self, data: bytes) -> None:
        if self._native is None:
            super()._send(data)
            return
        try:
            sent = self._native.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            super()._send(data[sent:])

    def _receive(self) -> bytes:
        if self._native is None:
            return super()._receive()
        self._hub.wait(self._readable)
        return self._native.recv(READ_BYTES)

    @classmethod
    def _end_the_overdue(cls) -> None:
        """One greenlet for all connections: those that have waited too long raise TimeoutError where they wait."""
        while True:
            gevent.sleep(1)
            for connection in list(cls._open):
                if connection._readable is not None and 0 < connection._asked < now() - TIMEOUT_SECONDS:
                    overdue = TimeoutError(f"no answer within {TIMEOUT_SECONDS:g} s")
                    connection._hub.cancel_wait(connection._readable, overdue)
