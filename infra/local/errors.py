"""What can go wrong in the local stack.

LocalStackError             one sentence for a person
├── StartFailed             a part did not start (busy port, corrupt bundle, missing site)
├── BodyTooLarge            a request's body passed the limit of the front it came to
├── EndpointDown            the endpoint process cannot be started, or died during a request
└── InvocationError         a Lambda invocation without a result
    ├── TooManyRequests     all environments are busy
    ├── PayloadTooLarge     the event is larger than Lambda takes
    ├── EnvironmentCrashed  the process ended, or failed in its init
    ├── FunctionError       the handler raised
    ├── FunctionTimeout     the function's timeout passed
    └── MalformedAnswer     the handler's answer is not in proxy format
"""


class LocalStackError(Exception):
    """Base of everything that the local stack reports."""


class StartFailed(LocalStackError):
    """A part of the stack did not start."""


class BodyTooLarge(LocalStackError):
    """A request's body passed the limit; the rest was not read."""


class EndpointDown(LocalStackError):
    """The endpoint process cannot be started, or died while it had a request."""


class InvocationError(LocalStackError):
    """A Lambda invocation without a result."""


class TooManyRequests(InvocationError):
    """Every environment is busy and no more may be started."""


class PayloadTooLarge(InvocationError):
    """The event is larger than a synchronous invocation may be."""


class EnvironmentCrashed(InvocationError):
    """The environment's process ended during its init or an invocation."""


class FunctionError(InvocationError):
    """The handler raised."""


class FunctionTimeout(InvocationError):
    """The handler did not answer in time; its environment was killed."""


class MalformedAnswer(InvocationError):
    """The handler's answer is not in Lambda proxy format."""
