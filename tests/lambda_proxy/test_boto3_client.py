"""What the failures of InvokeEndpoint mean to a client, on a real boto3 client with stubbed responses."""

import io
import json

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from lambda_proxy.boto3_client import Boto3Client
from lambda_proxy.errors import ProxyError
from lambda_proxy.request import Invocation

INVOCATION = Invocation("application/x-npy", b"clip", "top_k=5")


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Boto3Client("cerca")


def failure(client) -> ProxyError:
    with pytest.raises(ProxyError) as caught:
        client.invoke(INVOCATION, 25)
    return caught.value


def test_an_invocation_carries_type_options_and_body(client):
    body = b'{"top": []}'
    response = {"Body": StreamingBody(io.BytesIO(body), len(body)), "CustomAttributes": "timing=decode;dur=0.1"}
    expected = {
        "EndpointName": "cerca",
        "ContentType": "application/x-npy",
        "Accept": "application/json",
        "Body": b"clip",
        "CustomAttributes": "top_k=5",
    }
    with Stubber(client._runtime) as stub:
        stub.add_response("invoke_endpoint", response, expected)
        answer = client.invoke(INVOCATION, 25)
    assert answer.body == body
    assert answer.timing == "decode;dur=0.1"


def test_the_wanted_type_and_the_key_go_along(client):
    response = {"Body": StreamingBody(io.BytesIO(b"\x93"), 1), "ContentType": "application/x-npy"}
    expected = {
        "EndpointName": "cerca",
        "ContentType": "application/x-npy",
        "Accept": "application/x-npy",
        "Body": b"clip",
        "InferenceId": "k-1",
    }
    with Stubber(client._runtime) as stub:
        stub.add_response("invoke_endpoint", response, expected)
        answer = client.invoke(Invocation("application/x-npy", b"clip", "", "application/x-npy", "k-1"), 25)
    assert (answer.body, answer.content_type) == (b"\x93", "application/x-npy")


def test_attributes_that_are_no_timing_are_left_alone(client):
    response = {"Body": StreamingBody(io.BytesIO(b"{}"), 2), "CustomAttributes": "trace=abc"}
    with Stubber(client._runtime) as stub:
        stub.add_response("invoke_endpoint", response)
        assert client.invoke(INVOCATION, 25).timing == ""


@pytest.mark.parametrize(
    ("error", "http_status", "status", "code"),
    [
        ("ThrottlingException", 400, 429, "throttled"),
        ("ServiceUnavailable", 503, 503, "endpoint_unavailable"),
        ("ModelNotReadyException", 429, 503, "endpoint_unavailable"),
        ("InternalFailure", 500, 502, "endpoint_failed"),
        ("ValidationError", 400, 502, "endpoint_failed"),
        ("AccessDeniedException", 403, 502, "endpoint_failed"),
    ],
)
def test_a_failure_of_the_service_is_not_blamed_on_the_client(client, error, http_status, status, code):
    with Stubber(client._runtime) as stub:
        stub.add_client_error("invoke_endpoint", error, "arn:aws:...", http_status)
        raised = failure(client)
    assert (raised.status, raised.code) == (status, code)
    assert "arn:" not in raised.message


@pytest.mark.parametrize("status", [400, 413, 415, 422, 429, 503])
def test_the_containers_own_refusal_is_passed_on(client, status):
    original = json.dumps({"error": {"code": "bad_shape", "message": "Frame 3 has 53 points."}})
    with Stubber(client._runtime) as stub:
        stub.add_client_error(
            "invoke_endpoint",
            "ModelError",
            http_status_code=424,
            modeled_fields={"OriginalStatusCode": status, "OriginalMessage": original},
        )
        raised = failure(client)
    assert (raised.status, raised.code, raised.message) == (status, "bad_shape", "Frame 3 has 53 points.")


@pytest.mark.parametrize(
    ("status", "original"),
    [(500, "Internal Server Error"), (0, "The container ended."), (404, "{}"), (400, "no JSON"), (400, "[]")],
)
def test_a_container_that_breaks_its_contract_is_a_502(client, status, original):
    with Stubber(client._runtime) as stub:
        stub.add_client_error(
            "invoke_endpoint",
            "ModelError",
            http_status_code=424,
            modeled_fields={"OriginalStatusCode": status, "OriginalMessage": original},
        )
        raised = failure(client)
    assert (raised.status, raised.code) == (502, "endpoint_failed")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ReadTimeoutError(endpoint_url="https://..."), 504, "endpoint_timeout"),
        (ConnectTimeoutError(endpoint_url="https://..."), 504, "endpoint_timeout"),
        (EndpointConnectionError(endpoint_url="https://..."), 503, "endpoint_unavailable"),
    ],
)
def test_a_service_out_of_reach_is_said_so(client, monkeypatch, error, status, code):
    def unreachable(**_):
        raise error

    monkeypatch.setattr(client._runtime, "invoke_endpoint", unreachable)
    raised = failure(client)
    assert (raised.status, raised.code) == (status, code)


def test_a_failure_is_not_retried_behind_the_callers_back(client):
    assert client._runtime.meta.config.retries["total_max_attempts"] == 1
