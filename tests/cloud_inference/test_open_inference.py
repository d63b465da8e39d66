"""The Open Inference Protocol on a real container: what its clients send, and what they are told."""

import json
import tomllib

import numpy as np
import pytest

from recognizer import bundle
from tests.cloud_inference.conftest import MODEL_DIR, ROOT

SHIPPED = bundle.load(MODEL_DIR)
MODEL = f"/v2/models/{SHIPPED.name}"
VERSION = SHIPPED.model().sha256
LENGTH = "Inference-Header-Content-Length"


def tensor(keypoints: np.ndarray, **more) -> dict:
    return {"name": "keypoints", "shape": list(keypoints.shape), "datatype": "FP32", **more}


def nulls(keypoints: np.ndarray) -> list:
    return [None if np.isnan(value) else float(value) for value in keypoints.ravel()]


def binary(keypoints: np.ndarray, **more) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a request whose tensor follows its JSON."""
    datatype = {"float32": "FP32", "float16": "FP16"}[str(keypoints.dtype)]
    inputs = [tensor(keypoints, datatype=datatype, parameters={"binary_data_size": keypoints.nbytes})]
    text = json.dumps({"inputs": inputs, **more}).encode()
    return text + keypoints.tobytes(), {LENGTH: str(len(text))}


def logits(response) -> np.ndarray:
    assert response.status_code == 200, response.text
    (output,) = response.json()["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("logits", "FP32", [len(SHIPPED.labels)])
    return np.array(output["data"])


@pytest.mark.parametrize(
    "path", ["/v2/health/live", "/v2/health/ready", f"{MODEL}/ready", f"{MODEL}/versions/{VERSION}/ready"]
)
def test_a_container_that_has_run_is_live_and_ready(endpoint, path):
    assert endpoint.get(path).status_code == 200


def test_the_server_names_itself_its_version_and_its_extensions(endpoint):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    expected = {"name": "cerca", "version": project["version"], "extensions": ["binary_tensor_data"]}
    assert endpoint.get("/v2").json() == endpoint.get("/v2/").json() == expected


@pytest.mark.parametrize("path", [MODEL, f"{MODEL}/versions/{VERSION}"])
def test_metadata_says_which_tensors_the_model_takes_and_gives(endpoint, path):
    assert endpoint.get(path).json() == {
        "name": SHIPPED.name,
        "versions": [VERSION],
        "platform": "onnx_onnxv1",
        "inputs": [{"name": "keypoints", "datatype": "FP32", "shape": [-1, 54, 2]}],
        "outputs": [{"name": "logits", "datatype": "FP32", "shape": [len(SHIPPED.labels)]}],
    }


def test_flat_and_nested_json_give_the_models_logits_and_the_clients_id(endpoint, native, keypoints):
    nested = np.array(nulls(keypoints), dtype=object).reshape(keypoints.shape).tolist()
    for data in (nulls(keypoints), nested):
        response = endpoint.post(f"{MODEL}/infer", json={"id": "42", "inputs": [tensor(keypoints, data=data)]})
        np.testing.assert_allclose(logits(response), native(keypoints), atol=1e-5)
        assert response.json()["id"] == "42"
        assert (response.json()["model_name"], response.json()["model_version"]) == (SHIPPED.name, VERSION)
        assert "inference;dur=" in response.headers["server-timing"]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_binary_tensors_give_the_same_logits(endpoint, native, keypoints, dtype):
    body, headers = binary(keypoints.astype(dtype))
    response = endpoint.post(f"{MODEL}/versions/{VERSION}/infer", content=body, headers=headers)
    np.testing.assert_allclose(logits(response), native(keypoints.astype(dtype)), atol=1e-5)


@pytest.mark.parametrize(
    "wish",
    [
        {"parameters": {"binary_data_output": True}},
        {"outputs": [{"name": "logits", "parameters": {"binary_data": True}}]},
    ],
)
def test_logits_come_as_bytes_to_who_asks_for_them(endpoint, native, keypoints, wish):
    body, headers = binary(keypoints, **wish)
    response = endpoint.post(f"{MODEL}/infer", content=body, headers=headers)
    assert response.headers["content-type"] == "application/octet-stream"
    length = int(response.headers[LENGTH])
    (output,) = json.loads(response.content[:length])["outputs"]
    answer = np.frombuffer(response.content[length:], "<f4")
    assert output["parameters"] == {"binary_data_size": answer.nbytes}
    assert "data" not in output
    np.testing.assert_allclose(answer, native(keypoints), atol=1e-5)


ONE = np.full((1, 54, 2), 0.5, np.float32)
GOOD = tensor(ONE, data=nulls(ONE))
BINARY = tensor(ONE, parameters={"binary_data_size": ONE.nbytes})

REFUSALS = {
    "no JSON": b"{",
    "no object": [1],
    "no inputs": {},
    "two inputs": {"inputs": [GOOD, GOOD]},
    "an input that is text": {"inputs": ["keypoints"]},
    "another input": {"inputs": [GOOD | {"name": "frames"}]},
    "an id that is a number": {"id": 42, "inputs": [GOOD]},
    "another datatype": {"inputs": [GOOD | {"datatype": "FP64"}]},
    "FP16 in JSON": {"inputs": [GOOD | {"datatype": "FP16"}]},
    "a shape of two axes": {"inputs": [GOOD | {"shape": [54, 2]}]},
    "a shape of text": {"inputs": [GOOD | {"shape": ["1", 54, 2]}]},
    "no frames": {"inputs": [GOOD | {"shape": [0, 54, 2], "data": []}]},
    "fewer elements than the shape says": {"inputs": [GOOD | {"data": nulls(ONE)[1:]}]},
    "fewer frames than the shape says": {"inputs": [GOOD | {"shape": [2, 54, 2], "data": ONE.tolist()}]},
    "no data": {"inputs": [tensor(ONE)]},
    "text in the data": {"inputs": [GOOD | {"data": ["a"] * 108}]},
    "an infinite number": {"inputs": [GOOD | {"data": [1e300] * 108}]},
    "another output": {"inputs": [GOOD], "outputs": [{"name": "labels"}]},
    "outputs that are no list": {"inputs": [GOOD], "outputs": "logits"},
    "parameters that are no object": {"inputs": [GOOD], "parameters": 1},
    "a wish that is no truth value": {"inputs": [GOOD], "parameters": {"binary_data_output": "yes"}},
    "binary data that does not come": {"inputs": [BINARY]},
    "data twice": {"inputs": [GOOD | BINARY]},
}


@pytest.mark.parametrize("body", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_wrong_request_is_refused_in_the_protocols_shape(endpoint, body):
    content = body if isinstance(body, bytes) else json.dumps(body)
    response = endpoint.post(f"{MODEL}/infer", content=content)
    assert response.status_code == 400, response.text
    assert list(response.json()) == ["error"]
    assert response.json()["error"].endswith(".")


@pytest.mark.parametrize("length", ["-1", "x", "²", "99999"])
def test_a_wrong_length_of_the_json_is_refused(endpoint, length):
    body, _ = binary(ONE)
    assert endpoint.post(f"{MODEL}/infer", content=body, headers={LENGTH: length.encode()}).status_code == 400


def test_bytes_that_no_input_announces_are_refused(endpoint):
    text = json.dumps({"inputs": [GOOD]}).encode()
    response = endpoint.post(f"{MODEL}/infer", content=text + b"more", headers={LENGTH: str(len(text))})
    assert response.status_code == 400


def test_nobody_and_too_many_frames_have_statuses_of_their_own(endpoint):
    nobody, long = np.full((2, 54, 2), np.nan, np.float32), np.full((301, 54, 2), 0.5, np.float32)
    for keypoints, status in ((nobody, 422), (long, 413)):
        body, headers = binary(keypoints)
        response = endpoint.post(f"{MODEL}/infer", content=body, headers=headers)
        assert (response.status_code, list(response.json())) == (status, ["error"])


@pytest.mark.parametrize("path", ["/v2/models/other", f"{MODEL}/versions/1", f"{MODEL}/versions/1/ready", "/v2/models"])
def test_what_is_not_served_here_is_a_404_in_the_protocols_shape(endpoint, path):
    response = endpoint.get(path)
    assert response.status_code == 404
    assert isinstance(response.json()["error"], str)
