from types import SimpleNamespace

import pytest

from lambda_proxy.answers import Answers
from lambda_proxy.endpoint_client import EndpointAnswer
from lambda_proxy.errors import ProxyError
from lambda_proxy.proxy import Proxy
from lambda_proxy.request import Invocation

CONTEXT = SimpleNamespace(
    aws_request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd", get_remaining_time_in_millis=lambda: 27_900
)


class RecordingClient:
    """Stands where boto3 does: keeps what it was asked, answers or raises what it was given."""

    def __init__(self) -> None:
        self.asked: list[Invocation] = []
        self.outcome: EndpointAnswer | ProxyError = EndpointAnswer(b'{"top": []}', "decode;dur=0.1, inference;dur=0.6")

    def invoke(self, invocation: Invocation, seconds: float) -> EndpointAnswer:
        self.seconds = seconds
        self.asked.append(invocation)
        if isinstance(self.outcome, ProxyError):
            raise self.outcome
        return self.outcome


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


@pytest.fixture
def ask(client):
    """Invokes the function with an event."""
    proxy = Proxy(client, Answers("https://signs.example"))
    return lambda event: proxy(event, CONTEXT)
