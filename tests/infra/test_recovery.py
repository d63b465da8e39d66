"""A part that dies costs the request it was serving, and no other."""

import concurrent.futures
import time
from collections.abc import Callable

import httpx
import psutil
import pytest

from tests.cloud_inference.wire import NPY, npy
from tests.infra.conftest import stack_processes


@pytest.fixture
def ask(cloud, client, keypoints) -> Callable[[], httpx.Response]:
    return lambda: client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)


def kill(victim: psutil.Process) -> None:
    """SIGKILL, and until the kernel has ended it; its parent may collect the zombie later."""
    victim.kill()
    while victim.is_running() and victim.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


def killed_during_a_request(victim: psutil.Process, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Freezes the process so that the request is certainly waiting for it, then kills it."""
    victim.suspend()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        pending = caller.submit(ask)
        time.sleep(0.3)
        assert not pending.done()
        kill(victim)
        return pending.result()


def test_an_endpoint_killed_between_requests_is_started_again(cloud, ask):
    assert ask().status_code == 200
    first = cloud.endpoint_pid()
    kill(psutil.Process(first))
    while cloud.endpoint_pid() is not None:  # a zombie's other threads may still be on their way out
        time.sleep(0.01)
    response = ask()
    assert response.status_code == 200
    assert response.headers["x-cerca-cold"] == "endpoint"
    assert cloud.endpoint_pid() != first


def test_an_endpoint_killed_during_a_request_is_a_502_and_then_recovers(cloud, ask):
    assert ask().status_code == 200
    failed = killed_during_a_request(psutil.Process(cloud.endpoint_pid()), ask)
    assert failed.status_code == 502
    assert failed.json()["error"]["code"] == "endpoint_failed"
    assert ask().status_code == 200


def test_an_environment_killed_during_a_request_is_a_502_and_is_replaced(cloud, ask):
    cloud.make_cold(endpoint=False)
    assert ask().status_code == 200
    (environment,) = stack_processes("awslambdaric")
    failed = killed_during_a_request(environment, ask)
    assert failed.status_code == 502
    assert failed.json() == {"message": "Internal server error"}
    recovered = ask()
    assert recovered.status_code == 200
    assert recovered.headers["x-cerca-cold"] == "lambda"


def test_an_environment_killed_between_requests_is_replaced(cloud, ask):
    cloud.make_cold(endpoint=False)
    assert ask().status_code == 200
    (environment,) = stack_processes("awslambdaric")
    kill(environment)
    recovered = ask()
    assert recovered.status_code == 200
    assert recovered.headers["x-cerca-cold"] == "lambda"


def test_make_cold_during_a_request_fails_that_request_alone(cloud, ask):
    assert ask().status_code == 200
    endpoint = psutil.Process(cloud.endpoint_pid())
    endpoint.suspend()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        pending = caller.submit(ask)
        time.sleep(0.3)
        cloud.make_cold()
        assert pending.result().status_code == 502
    assert ask().headers["x-cerca-cold"] == "lambda,endpoint"
