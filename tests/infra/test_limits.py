"""What stands between a client and a function: provisioned environments, the concurrency limit, throttling."""

import concurrent.futures
import json

import httpx
import psutil
import pytest

from infra.local import LocalCloud, LocalStackError
from infra.local.environment_pool import Outcome
from infra.local.gateway import Gateway
from infra.local.throttle import Limits, Throttle
from infra.local.traces import EndpointStarts
from tests.cloud_inference.wire import NPY, npy
from tests.infra.conftest import BUNDLE, stack_processes


def test_a_bucket_gives_the_burst_at_once_and_then_the_rate():
    now = 0.0
    throttle = Throttle(Limits(rate=2, burst=3), clock=lambda: now)
    assert [throttle.admit() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [throttle.admit() for _ in range(2)] == [True, False]
    now = 1000.0
    assert [throttle.admit() for _ in range(4)] == [True, True, True, False]


class CountingPool:
    """Answers everything, and counts."""

    def __init__(self) -> None:
        self.asked = 0

    async def invoke(self, event: bytes, trace_id: str) -> Outcome:
        self.asked += 1
        return Outcome(json.dumps({"statusCode": 200, "headers": {}, "body": "{}"}).encode(), 1.0, None)


def test_a_throttled_request_reaches_no_function_and_has_the_shape_of_a_rest_api():
    import asyncio

    from starlette.applications import Starlette

    pool = CountingPool()
    app = Starlette(routes=Gateway(pool, EndpointStarts(), Limits(rate=0.001, burst=2)).routes)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return [await client.post("/prod/predict", content=b"x") for _ in range(4)]

    responses = asyncio.run(ask())
    assert [response.status_code for response in responses] == [200, 200, 429, 429]
    assert pool.asked == 2
    assert responses[-1].json() == {"message": "Too Many Requests"}
    assert responses[-1].headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert responses[-1].headers["access-control-allow-origin"] == "*"


@pytest.fixture(scope="module")
def provisioned():
    with LocalCloud(BUNDLE, concurrency=2, provisioned=1, rate=1000, burst=1000) as cloud:
        yield cloud


def test_a_provisioned_environment_serves_its_first_request_without_an_init(provisioned, keypoints):
    assert len(stack_processes("awslambdaric")) >= 1
    response = httpx.post(provisioned.gateway_url, content=npy(keypoints), headers=NPY, timeout=60)
    assert response.status_code == 200
    assert "lambda" not in response.headers["x-cerca-cold"].split(",")
    assert "lambda-init" not in response.headers["server-timing"]


def test_beyond_them_environments_start_cold_and_beyond_the_limit_it_is_429(provisioned, keypoints):
    def ask() -> httpx.Response:
        return httpx.post(provisioned.gateway_url, content=npy(keypoints), headers=NPY, timeout=60)

    assert ask().status_code == 200
    endpoint = psutil.Process(provisioned.endpoint_pid())
    endpoint.suspend()
    try:
        with concurrent.futures.ThreadPoolExecutor(3) as callers:
            asked = [callers.submit(ask) for _ in range(3)]
            first = next(concurrent.futures.as_completed(asked)).result()
            endpoint.resume()
            responses = [pending.result() for pending in asked]
    finally:
        endpoint.resume()
    assert first.status_code == 429
    assert sorted(response.status_code for response in responses) == [200, 200, 429]
    assert sorted(r.headers["x-cerca-cold"] for r in responses if r.status_code == 200) == ["lambda", "none"]


def test_more_provisioned_than_may_exist_are_refused():
    with pytest.raises(LocalStackError, match="--provisioned must be between 0 and the concurrency, 1"):
        LocalCloud(BUNDLE, concurrency=1, provisioned=2).start()


def test_npy_comes_back_as_bytes_through_the_whole_path(provisioned, keypoints):
    headers = {**NPY, "Accept": "application/x-npy", "Idempotency-Key": "clip-7"}
    response = httpx.post(provisioned.gateway_url, content=npy(keypoints), headers=headers, timeout=60)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-npy"
    assert response.content.startswith(b"\x93NUMPY")
    assert response.headers["idempotency-key"] == "clip-7"
