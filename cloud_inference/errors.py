"""What can go wrong in the container.

EndpointError
├── StartupError            the container cannot start: one sentence on stderr, exit code 1
├── ClientGone              nobody is left to answer
└── RequestError            answered with the class's status as {"error": {"code", "message"}}, or as the Open
    │                       Inference Protocol wants it, {"error": message}
    ├── BadRequest          400
    ├── NotFound            404
    ├── BadMethod           405
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


class NotFound(RequestError):
    status = 404


class BadMethod(RequestError):
    """allow: the method that the path takes."""

    status = 405

    def __init__(self, code: str, message: str, allow: str) -> None:
        super().__init__(code, message)
        self.allow = allow


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
