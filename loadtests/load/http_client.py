"""A small HTTP/1.1 client on the standard library's sockets, for the processes that make load.

Locust's own clients add a fifth to an answer of 1.4 ms; this one, as `green_connection` runs it, adds next to nothing
to that of a bare socket (`python -m loadtests.bench_load`). No redirect is followed: a load goes where it was allowed
to go. No retry is made: one request is one record.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from loadtests.load.clock import now
from loadtests.load.errors import AnswerBroken

TIMEOUT_SECONDS = 60.0
REUSE_SECONDS = 3.0
"""Longest that a connection may be idle and still be used: servers close idle ones (uvicorn after 5 s), and a request
that crosses with the closing is lost."""

READ_BYTES = 1 << 16
MOST_HEAD_BYTES = 1 << 16
_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class Server:
    """Where a URL leads: `path` with its query."""

    host: str
    port: int
    tls: bool
    path: str

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        path = parts.path or "/"
        return cls(
            parts.hostname,
            parts.port or (443 if tls else 80),
            tls,
            f"{path}?{parts.query}" if parts.query else path,
        )

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
        """One request as it goes over the wire."""
        named = self.host if self.port == (443 if self.tls else 80) else f"{self.host}:{self.port}"
        lines = [f"{method} {path} HTTP/1.1", f"host: {named}"]
        if body or method == "POST":
            lines.append(f"content-length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Answer:
    """`ended`: Unix seconds of its last byte. `received`: bytes of head and body as they came over the wire."""

    __slots__ = ("_head", "body", "ended", "received", "status")

    def __init__(self, status: int, head: bytes, body: bytes, received: int, ended: float) -> None:
        self.status = status
        self._head = head
        self.body = body
        self.received = received
        self.ended = ended

    def header(self, name: str) -> str | None:
        """`name` in lower case; the first of that name, None where there is none."""
        found = self._head.lower().find(b"\r\n" + name.encode() + b":")
        if found < 0:
            return None
        begins = found + len(name) + 3
        return self._head[begins : self._head.find(b"\r\n", begins)].decode("latin-1").strip()


class Connection:
    """One kept connection. Raises OSError (TimeoutError among them), or AnswerBroken."""

    def __init__(self, server: Server, context: ssl.SSLContext | None) -> None:
        self._socket = socket.create_connection((server.host, server.port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self._socket = context.wrap_socket(self._socket, server_hostname=server.host)
        self.answered = now()
        self.last = False

    def ask(self, sent: bytes) -> Answer:
        """Sends one request and reads its whole answer. `last` afterwards: nothing may be asked here any more."""
        self.last = True  # until the answer is whole
        self._send(sent)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            if len(data) > MOST_HEAD_BYTES:
                raise AnswerBroken("the answer's head does not end")
            self._more(data)
        head = bytes(data[: end + 2])
        lowered = head.lower()
        try:
            status = int(head[9:12])
        except ValueError:
            raise AnswerBroken("the answer is not HTTP") from None
        body, received = self._body(status, lowered, data, end + 4)
        answer = Answer(status, head, body, received, self.answered)
        self.last = b"\r\nconnection: close\r\n" in lowered
        return answer

    def close(self) -> None:
        self._socket.close()

    def _send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def _receive(self) -> bytes:
        return self._socket.recv(READ_BYTES)

    def _body(self, status: int, head: bytes, data: bytearray, begins: int) -> tuple[bytes, int]:
        if status in _WITHOUT_BODY:
            return b"", begins
        if (length := _header(head, b"content-length")) is not None:
            try:
                end = begins + int(length)
            except ValueError:
                raise AnswerBroken("the answer's length is no number") from None
            while len(data) < end:
                self._more(data)
            return bytes(data[begins:end]), end
        if _header(head, b"transfer-encoding") == b"chunked":
            return self._chunks(data, begins)
        raise AnswerBroken("the answer does not say its length")

    def _chunks(self, data: bytearray, position: int) -> tuple[bytes, int]:
        body = bytearray()
        while True:
            while (line_end := data.find(b"\r\n", position)) < 0:
                self._more(data)
            try:
                size = int(data[position:line_end].partition(b";")[0], 16)
            except ValueError:
                raise AnswerBroken("the answer's chunks are broken") from None
            begins = line_end + 2
            while len(data) < begins + size + 2:
                self._more(data)
            if size == 0:
                return bytes(body), begins + 2
            body += data[begins : begins + size]
            position = begins + size + 2

    def _more(self, data: bytearray) -> None:
        received = self._receive()
        if not received:
            raise AnswerBroken("the connection ended before the answer did")
        self.answered = now()
        data += received


class Connections:
    """The connections to one server: an idle one where there is one, else a new one; never a wait for one."""

    def __init__(self, url: str, kind: type[Connection] = Connection) -> None:
        self.server = Server.of(url)
        self._kind = kind
        self._context = ssl.create_default_context() if self.server.tls else None
        self._idle: list[Connection] = []

    def ask(self, sent: bytes) -> Answer:
        """Raises OSError, AnswerBroken."""
        connection = self._take()
        try:
            return connection.ask(sent)
        finally:
            if connection.last:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()  # the one used last: the others may age
            if now() - connection.answered <= REUSE_SECONDS:
                return connection
            connection.close()
        return self._kind(self.server, self._context)


def _header(head: bytes, name: bytes) -> bytes | None:
    """head: in lower case."""
    found = head.find(b"\r\n" + name + b":")
    if found < 0:
        return None
    begins = found + len(name) + 3
    return head[begins : head.find(b"\r\n", begins)].strip()
