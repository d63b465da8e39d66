"""What the function answers when it cannot pass an answer on.

ProxyError                  answered as {"error": {"code", "message"}} with its status
├── InvalidRequest          4xx, found here before the endpoint is asked
├── Refused                 the endpoint's own 4xx or 503, status and body passed on
└── EndpointFailure
    ├── Throttled           429
    ├── EndpointUnavailable 503
    ├── EndpointFailed      502
    └── EndpointTimeout     504
"""

from typing import ClassVar


class ProxyError(Exception):
    """Base of everything answered with an error. `detail` is for the log, never for the client."""

    def __init__(self, status: int, code: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail


class InvalidRequest(ProxyError):
    """The request is wrong; the endpoint was not asked."""


class Refused(ProxyError):
    """The endpoint looked at the request and refused it."""


class EndpointFailure(ProxyError):
    """The endpoint gave no answer, and the request is not to blame."""

    failure: ClassVar[tuple[int, str, str]]

    def __init__(self, detail: str) -> None:
        super().__init__(*self.failure, detail)


class Throttled(EndpointFailure):
    failure = (429, "throttled", "Too many requests at once; try again shortly.")


class EndpointUnavailable(EndpointFailure):
    failure = (503, "endpoint_unavailable", "The recogniser is not available now; try again shortly.")


class EndpointFailed(EndpointFailure):
    failure = (502, "endpoint_failed", "The recogniser failed on this request; try again.")


class EndpointTimeout(EndpointFailure):
    failure = (504, "endpoint_timeout", "The recogniser took too long; try again or send fewer frames.")
