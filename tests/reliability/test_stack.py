"""The whole local path while its endpoint dies, hangs, or is slow."""

import concurrent.futures
import contextlib
import signal
import threading
import time

import httpx
import psutil
import pytest

from tests.cloud_inference.wire import NPY, npy
from tests.reliability.conftest import CLIP

BODY = npy(CLIP)


def ask(cloud, client: httpx.Client) -> httpx.Response:
    return client.post(cloud.gateway_url, content=BODY, headers=NPY)


def test_an_endpoint_killed_under_load_costs_clear_answers_and_comes_back(cloud):
    responses: list[httpx.Response] = []
    stop = threading.Event()

    def load() -> None:
        with httpx.Client(timeout=60) as client:
            while not stop.is_set():
                responses.append(ask(cloud, client))

    with httpx.Client(timeout=60) as client:
        assert ask(cloud, client).status_code == 200
    first = cloud.endpoint_pid()
    with concurrent.futures.ThreadPoolExecutor(4) as clients:
        loading = [clients.submit(load) for _ in range(4)]
        try:
            _until(lambda: len(responses) > 20)
            psutil.Process(first).send_signal(signal.SIGKILL)
            killed = len(responses)
            _until(
                lambda: any(r.status_code == 200 and r.headers["x-cerca-cold"] != "none" for r in responses[killed:])
            )
            recovered = len(responses)
            _until(lambda: len(responses) > recovered + 20)
        finally:
            stop.set()
        for pending in loading:
            pending.result()  # nothing hung, nothing was reset
    assert {response.status_code for response in responses} <= {200, 502, 503}
    assert {response.status_code for response in responses[recovered + 8 :]} == {200}
    for response in responses:
        if response.status_code != 200:
            assert response.json()["error"]["code"] in ("endpoint_failed", "endpoint_unavailable")
    assert cloud.endpoint_pid() not in (None, first)


def test_a_slow_endpoint_is_waited_for_and_its_answer_arrives(cloud):
    with httpx.Client(timeout=60) as client:
        assert ask(cloud, client).status_code == 200
        endpoint = psutil.Process(cloud.endpoint_pid())
        endpoint.suspend()
        try:
            with concurrent.futures.ThreadPoolExecutor(1) as caller:
                pending = caller.submit(ask, cloud, client)
                time.sleep(1)
                assert not pending.done()
                endpoint.resume()
                assert pending.result().status_code == 200
        finally:
            endpoint.resume()


@pytest.mark.parametrize("size", [7 << 20, 11 << 20, 20 << 20])
def test_bodies_beyond_the_limits_of_lambda_and_the_gateway_are_413(cloud, size):
    with httpx.Client(timeout=60) as client:
        # It may be refused before all of it was sent.
        with contextlib.suppress(httpx.WriteError):
            response = client.post(cloud.gateway_url, content=bytes(size), headers=NPY)
            assert response.status_code == 413
        assert ask(cloud, client).status_code == 200


def _until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "nothing happened for a minute"
        time.sleep(0.01)
