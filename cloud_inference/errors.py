"""What can go wrong in the container.

EndpointError
├── StartupError            the container cannot start: one sentence on stderr, exit code 1
├── ClientGone              nobody is left to answer
└── RequestError            answered as {"error": {"code", "message"}} with the class's status
    ├── BadRequest          400
    ├── NotAcceptable       406
    ├── SlowBody            408
    ├── TooLarge            413
    ├── UnsupportedType     415
    ├── Unprocessable       422
    ├── Busy                429
    └── NotReady            503
"""

from typing import ClassVar


class EndpointError(Exception):
    """Base of every error that this package raises on purpose."""


class StartupError(EndpointError):
    """The container cannot start; the message is one sentence for the log."""


class ClientGone(EndpointError):
    """The client closed the connection before its body was complete."""


class RequestError(EndpointError):
    """A request that is answered with an error. `code` is for programs, the message for people."""

    status: ClassVar[int]

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadRequest(RequestError):
    status = 400


class NotAcceptable(RequestError):
    status = 406


class SlowBody(RequestError):
    status = 408


class TooLarge(RequestError):
    status = 413


class UnsupportedType(RequestError):
    status = 415


class Unprocessable(RequestError):
    status = 422


class Busy(RequestError):
    status = 429


class NotReady(RequestError):
    """The model is loading, or the container drains after SIGTERM."""

    status = 503
