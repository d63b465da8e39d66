"""One request through the function: read the event, ask the endpoint, answer, log."""

import json
from time import perf_counter
from typing import Any

from lambda_proxy.answers import Answers, server_timing
from lambda_proxy.endpoint_client import READ_SECONDS, EndpointClient
from lambda_proxy.errors import ProxyError
from lambda_proxy.request import idempotency_key, read_event

RESERVED_SECONDS = 1


class Proxy:
    """One function environment: its client and connection live from the init to the last invocation."""

    def __init__(self, client: EndpointClient, answers: Answers) -> None:
        self._client = client
        self._answers = answers

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = perf_counter()
        sagemaker: float | None = None
        key = ""
        try:
            key = idempotency_key(event)
            invocation = read_event(event)
            asked = perf_counter()
            try:
                answer = self._client.invoke(invocation, _seconds_left(context))
            finally:
                sagemaker = _since(asked)
            timing = server_timing(_since(started), sagemaker, answer.timing)
            answered = self._answers.answer(answer, timing, key)
        except ProxyError as error:
            timing = server_timing(_since(started), sagemaker)
            _log(context.aws_request_id, error.status, timing, code=error.code, detail=error.detail[:500])
            return self._answers.error(error.status, error.code, error.message, timing, key)
        _log(context.aws_request_id, 200, timing)
        return answered


def _seconds_left(context: Any) -> float:
    """For the endpoint's answer: what remains of the function's own time, less what it needs to say that it gave up."""
    return min(READ_SECONDS, max(context.get_remaining_time_in_millis() / 1e3 - RESERVED_SECONDS, 0.1))


def _since(moment: float) -> float:
    return (perf_counter() - moment) * 1e3


def _log(request_id: str, status: int, timing: str, **more: str) -> None:
    """One JSON line a request; never its content, which is how a person moved."""
    print(json.dumps({"request_id": request_id, "status": status, "timing": timing, **more}))
