"""The whole cloud path, as a page in a browser sees it."""

import concurrent.futures
import re
import subprocess
import sys

import httpx
import numpy as np
import onnxruntime
import pytest

from recognizer import bundle
from tests.cloud_inference.wire import JSON, NPY, as_json, npy
from tests.infra.conftest import BUNDLE, ROOT

WARM = [
    "gateway",
    "lambda",
    "handler",
    "sagemaker",
    "endpoint-queue",
    "endpoint-decode",
    "endpoint-inference",
    "endpoint-encode",
]


def durations(response: httpx.Response) -> dict[str, float]:
    entries = (entry.strip().split(";dur=") for entry in response.headers["server-timing"].split(","))
    return {name: float(milliseconds) for name, milliseconds in entries}


@pytest.fixture
def warm(cloud, client, keypoints) -> None:
    assert client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY).status_code == 200


@pytest.mark.parametrize(("headers", "write"), [(JSON, as_json), (NPY, npy)], ids=["json", "npy"])
def test_logits_through_the_cloud_are_those_of_the_model_file(cloud, client, keypoints, headers, write):
    response = client.post(f"{cloud.gateway_url}?logits=1&top_k=2", content=write(keypoints), headers=headers)
    assert response.status_code == 200, response.text
    answer = response.json()
    session = onnxruntime.InferenceSession(bundle.load(BUNDLE).model().path)
    np.testing.assert_allclose(answer["logits"], session.run(None, {"keypoints": keypoints})[0], atol=1e-5)
    assert len(answer["top"]) == 2
    assert answer["model"]["sha256"] == bundle.load(BUNDLE).model().sha256


def test_a_cold_request_names_who_was_cold_and_what_it_cost(cloud, client, keypoints):
    cloud.make_cold()
    assert cloud.endpoint_pid() is None
    cold = client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)
    assert cold.headers["x-cerca-cold"] == "lambda,endpoint"
    measured = durations(cold)
    assert sorted(measured) == sorted([*WARM, "lambda-init", "endpoint-start"])
    assert measured["gateway"] >= measured["lambda-init"] + measured["lambda"]
    assert measured["sagemaker"] >= measured["endpoint-start"]
    assert cloud.endpoint_pid() is not None


@pytest.mark.parametrize(("part", "entry"), [("lambda", "lambda-init"), ("endpoint", "endpoint-start")])
def test_one_part_can_be_cold_alone(warm, cloud, client, keypoints, part, entry):
    cloud.make_cold(endpoint=part == "endpoint", lambdas=part == "lambda")
    response = client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)
    assert response.headers["x-cerca-cold"] == part
    assert sorted(durations(response)) == sorted([*WARM, entry])


def test_a_warm_request_says_none_and_every_part_contains_the_next(warm, cloud, client, keypoints):
    response = client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)
    assert response.headers["x-cerca-cold"] == "none"
    measured = durations(response)
    assert list(measured) == WARM
    assert measured["gateway"] > measured["lambda"] > measured["handler"] > measured["sagemaker"]
    assert measured["sagemaker"] > sum(ms for name, ms in measured.items() if name.startswith("endpoint-"))
    assert re.fullmatch(r"[0-9a-f-]{36}", response.headers["x-amzn-requestid"])


def test_a_page_of_another_origin_may_ask_and_read(warm, cloud, client, keypoints):
    preflight = client.options(
        cloud.gateway_url,
        headers={"Origin": "http://localhost:8000", "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"].lower() == "content-type,idempotency-key"
    response = client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)
    assert response.headers["access-control-allow-origin"] == "*"
    exposed = {name.strip().lower() for name in response.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {"server-timing", "x-amzn-requestid", "x-cerca-cold"}


@pytest.mark.parametrize(
    ("content", "headers", "query", "status", "code"),
    [
        (b"a,b", {"Content-Type": "text/csv"}, "", 415, "unsupported_type"),
        (b"", NPY, "", 400, "empty_body"),
        (b"{", JSON, "", 400, "bad_json"),
        (b"\xff\xfe", JSON, "", 400, "bad_json"),
        (b"not npy at all", NPY, "", 400, "bad_npy"),
        (npy(np.zeros((3, 50, 2), np.float32)), NPY, "", 400, "bad_shape"),
        (npy(np.full((3, 54, 2), np.nan, np.float32)), NPY, "", 422, "no_person"),
        (npy(np.zeros((301, 54, 2), np.float32)), NPY, "", 413, "too_many_frames"),
        (npy(np.zeros((3, 54, 2), np.float32)), NPY, "?top_k=many", 400, "bad_option"),
    ],
)
def test_a_refusal_reaches_the_page_with_its_code(cloud, client, content, headers, query, status, code):
    response = client.post(cloud.gateway_url + query, content=content, headers=headers)
    assert response.status_code == status, response.text
    assert response.json()["error"]["code"] == code
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("megabytes", "status"),
    [(4, 400), (5, 413), (11, 413)],
    ids=["that the endpoint refuses", "that Lambda refuses once it is base64", "that the gateway refuses"],
)
def test_bodies_meet_the_limits_of_the_part_that_has_them(cloud, client, megabytes, status):
    response = client.post(cloud.gateway_url, content=b"\0" * (megabytes << 20), headers=NPY)
    assert response.status_code == status


@pytest.mark.parametrize(("method", "path"), [("GET", "/prod/predict"), ("POST", "/predict"), ("GET", "/")])
def test_the_gateway_has_one_resource(cloud, client, method, path):
    response = client.request(method, cloud.gateway_url.replace("/prod/predict", path))
    assert response.status_code == 403
    assert response.json() == {"message": "Missing Authentication Token"}


def test_a_page_that_goes_away_half_way_leaves_no_trace():
    # Its own stack, for the standard error of its fronts.
    program = f"""
import socket, sys
from pathlib import Path
from urllib.parse import urlsplit
from infra.local import LocalCloud
with LocalCloud(Path({str(BUNDLE)!r})) as cloud:
    address = urlsplit(cloud.gateway_url)
    with socket.create_connection((address.hostname, address.port)) as page:
        page.sendall(b"POST /prod/predict HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1000\\r\\n\\r\\nabc")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")


def test_beyond_the_concurrency_limit_requests_get_429(cloud, client, keypoints):
    cloud.make_cold()

    def ask(_: int) -> httpx.Response:
        return client.post(cloud.gateway_url, content=npy(keypoints), headers=NPY)

    # Cold environments are busy for hundreds of milliseconds, so all six requests are there at once.
    with concurrent.futures.ThreadPoolExecutor(6) as callers:
        responses = list(callers.map(ask, range(6)))
    assert sorted(response.status_code for response in responses) == [200, 200, 429, 429, 429, 429]
    cold = []
    for response in responses:
        assert "gateway" in durations(response)
        if response.status_code == 200:
            cold.append(response.headers["x-cerca-cold"])
    # The second function may be ready only after the endpoint that the first one started.
    assert "lambda,endpoint" in cold
    assert set(cold) <= {"lambda", "lambda,endpoint"}
