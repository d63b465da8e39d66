"""uvicorn's protocol over httptools, with the limit on a request's head that this parser has not."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 65_536
"""Most that a head, or the trailers after a chunked body, may bring without ending: as much as h11 allows."""


class LimitedHeadProtocol(HttpToolsProtocol):
    """Counts what arrives without ending a head, bringing a body's bytes or ending a request: nothing else of a
    request is kept without a limit of the application's own."""

    _unfinished = 0

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
