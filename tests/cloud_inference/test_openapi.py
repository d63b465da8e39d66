"""The OpenAPI document is complete and true: generated requests, and no answer that it does not tell of."""

import json

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cloud_inference.routes import ROUTES
from tests.cloud_inference.wire import JSON, NPY, as_json, npy

SETTINGS = settings(
    max_examples=8, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]


@pytest.fixture(scope="session")
def document(endpoint) -> dict:
    return endpoint.get("/openapi.json").json()


@pytest.fixture(scope="session")
def described(endpoint):
    """The document as schemathesis reads it, bound to the running container."""
    return schemathesis.openapi.from_url(f"{endpoint.base_url}/openapi.json")


REQUESTS = [
    (route.method, path, mode)
    for route in ROUTES
    for path in route.paths
    for mode in GenerationMode
    # A request without a body has nothing that could be wrong.
    if mode is GenerationMode.POSITIVE or route.method == "POST"
]


@pytest.mark.parametrize(("method", "path", "mode"), REQUESTS)
def test_generated_requests_get_only_answers_that_the_document_tells_of(described, method, path, mode):
    @SETTINGS
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=30)

    ask()


def test_every_route_is_described(document):
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == {(route.method, path) for route in ROUTES for path in route.paths}
    identifiers = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("operation", ["/invocations", "/v2/models/{model}/infer"])
@pytest.mark.parametrize("accept", ["application/json", "application/x-npy"])
def test_a_prediction_fits_the_document(endpoint, described, keypoints, operation, accept):
    if operation == "/invocations":
        body, headers = npy(keypoints), {**NPY, "Accept": accept, "X-Amzn-SageMaker-Custom-Attributes": "logits=1"}
    else:
        data = [None if np.isnan(value) else float(value) for value in keypoints.ravel()]
        tensor = {"name": "keypoints", "shape": list(keypoints.shape), "datatype": "FP32", "data": data}
        wish = {"binary_data_output": accept != "application/json"}
        body, headers = json.dumps({"inputs": [tensor], "parameters": wish}).encode(), JSON
    path = operation.format(model="default")
    response = endpoint.post(path, content=body, headers=headers)
    assert response.status_code == 200
    described[operation]["POST"].validate_response(response)


def test_a_batch_fits_the_document(endpoint, described, keypoints):
    clip = json.loads(as_json(keypoints))["keypoints"]
    response = endpoint.post("/invocations", json={"batch": [clip, clip]}, headers=JSON)
    assert len(response.json()["predictions"]) == 2
    described["/invocations"]["POST"].validate_response(response)
