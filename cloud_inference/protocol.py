"""uvicorn's protocol over httptools, with the limit on a request's head that it has not, and one write an answer."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 65_536
"""Most that a head, or the trailers after a chunked body, may bring without ending: as much as h11 allows."""


class JoinedWrites:
    """A transport that holds an answer's head back until its body follows: one packet, which wakes the client once."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._head and data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100 "):
            self._head = data
        else:
            head, self._head = self._head, b""
            self._transport.write(head + data)

    def flush(self) -> None:
        """Sends a head that no body follows (HEAD)."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()


class EndpointProtocol(HttpToolsProtocol):
    """Counts what arrives without ending a head, bringing a body's bytes or ending a request: nothing else of a
    request is kept without a limit of the application's own."""

    _unfinished = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(JoinedWrites(transport))

    def on_response_complete(self) -> None:
        self.transport.flush()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished = 0
        super().on_message_complete()
