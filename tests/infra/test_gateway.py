"""The gateway front alone: the event that it makes, and what it says when there is no answer."""

import asyncio
import base64
import json
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from infra.local import environment_pool
from infra.local.environment_pool import PAYLOAD_BYTES, EnvironmentPool, Outcome
from infra.local.errors import (
    EnvironmentCrashed,
    FunctionError,
    FunctionTimeout,
    InvocationError,
    PayloadTooLarge,
    TooManyRequests,
)
from infra.local.gateway import Gateway
from infra.local.traces import EndpointStarts

ANSWER = {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{}", "isBase64Encoded": False}


class StubPool:
    """Stands where Lambda does: keeps the events, answers or raises what it was given."""

    def __init__(self) -> None:
        self.events: list[dict] = []
        self.outcome: bytes | InvocationError = json.dumps(ANSWER).encode()

    async def invoke(self, event: bytes, trace_id: str) -> Outcome:
        self.events.append(json.loads(event))
        if isinstance(self.outcome, InvocationError):
            raise self.outcome
        return Outcome(self.outcome, ms=1.0, init_ms=None)


@pytest.fixture
def pool() -> StubPool:
    return StubPool()


@pytest.fixture
def post(pool) -> Callable[..., httpx.Response]:
    """Posts to the gateway, in this process."""
    transport = httpx.ASGITransport(Starlette(routes=Gateway(pool, EndpointStarts()).routes))

    async def send(path: str, content: bytes, content_type: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post(path, content=content, headers={"Content-Type": content_type})

    return lambda path="/prod/predict", content=b"x", content_type="application/json": asyncio.run(
        send(path, content, content_type)
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TooManyRequests("busy"), 429),
        (PayloadTooLarge("6 MB"), 413),
        (EnvironmentCrashed("exit 1"), 502),
        (FunctionError("KeyError"), 502),
        (FunctionTimeout("28 s"), 504),
    ],
)
def test_a_failed_invocation_is_a_status_that_a_page_may_read(post, pool, error, status):
    pool.outcome = error
    response = post()
    assert response.status_code == status
    assert set(response.json()) == {"message"}
    assert str(error) not in response.text
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-amzn-requestid"]


@pytest.mark.parametrize("result", [b"null", b"[]", b"{}", b'{"statusCode": "ok"}', b'{"statusCode": 200, "body": 1}'])
def test_an_answer_out_of_format_is_a_502(post, pool, result):
    pool.outcome = result
    assert post().status_code == 502


def test_the_event_has_the_shape_of_a_rest_api(post, pool):
    post("/prod/predict?top_k=5&top_k=3", b'{"a": 1}')
    (event,) = pool.events
    assert event["resource"] == event["path"] == "/predict"
    assert event["httpMethod"] == "POST"
    assert event["queryStringParameters"] == {"top_k": "3"}
    assert event["multiValueQueryStringParameters"] == {"top_k": ["5", "3"]}
    assert event["requestContext"]["stage"] == "prod"
    assert event["requestContext"]["path"] == "/prod/predict"
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": 1}', False)


def test_binary_media_types_come_as_base64_and_no_query_as_null(post, pool):
    post(content=b"\x93NUMPY\xff", content_type="application/x-npy")
    (event,) = pool.events
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x93NUMPY\xff"
    assert event["queryStringParameters"] is None


class SilentEnvironment:
    """An environment that takes an event and never answers."""

    def __init__(self, *_: object) -> None:
        self.id, self.init_ms, self.current, self.alive, self.provisioned = "silent", None, None, True, False

    def offer(self, invocation) -> None:
        self.current = invocation

    def kill(self) -> None:
        self.alive = False


@pytest.fixture
def silent_pool(monkeypatch, tmp_path) -> EnvironmentPool:
    monkeypatch.setattr(environment_pool, "Environment", SilentEnvironment)
    monkeypatch.setattr(environment_pool, "TIMEOUT_SECONDS", 0.1)
    return EnvironmentPool("127.0.0.1:9", {}, 1, tmp_path / "lambda.log")


def test_a_function_that_does_not_answer_is_killed_and_makes_room(silent_pool):
    for _ in range(2):
        with pytest.raises(FunctionTimeout):
            asyncio.run(silent_pool.invoke(b"{}", "trace"))
        assert silent_pool.find("silent") is None


def test_an_event_beyond_lambdas_limit_starts_no_environment(silent_pool):
    with pytest.raises(PayloadTooLarge):
        asyncio.run(silent_pool.invoke(b" " * (PAYLOAD_BYTES + 1), "trace"))
    assert silent_pool.find("silent") is None
