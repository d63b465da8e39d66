"""What a request paid on its way, looked up by its trace id.

API Gateway gives every request an `X-Amzn-Trace-Id`, the Runtime API hands it to the function, and boto3 sends it on:
so the gateway can say which request waited for an endpoint to start, though no response header carries that.
"""

from uuid import uuid4


class EndpointStarts:
    """Milliseconds that a request's endpoint took to start, kept from the SageMaker front until the gateway asks."""

    def __init__(self) -> None:
        self._milliseconds: dict[str, float] = {}

    def record(self, trace_id: str, milliseconds: float) -> None:
        self._milliseconds[trace_id] = milliseconds

    def take(self, trace_id: str) -> float | None:
        """None when the endpoint was already running."""
        return self._milliseconds.pop(trace_id, None)


def new_trace_id() -> str:
    """In X-Ray's shape, `Root=1-<time>-<random>`, without a time: nothing here reads it."""
    random = uuid4().hex
    return f"Root=1-{random[:8]}-{random[8:]}"
