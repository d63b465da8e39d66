"""Whatever a client sends, it gets a sentence and never a 500."""

import gzip
import json
import socket

import numpy as np
import pytest

from cloud_inference.settings import MAX_BODY_BYTES
from tests.cloud_inference.wire import JSON, NPY, npy

FRAME = [[0.5, 0.5]] * 54
GOOD = npy(np.full((10, 54, 2), 0.5, np.float32))
GZIPPED = {**NPY, "Content-Encoding": "gzip"}


def frames(*frame) -> bytes:
    return json.dumps({"keypoints": list(frame)}).encode()


def with_header(header: str, data: bytes = b"") -> bytes:
    text = header.encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


REFUSALS = {
    "no type": (GOOD, {}, 415, "unsupported_type"),
    "a type nobody reads": (GOOD, {"Content-Type": "text/csv"}, 415, "unsupported_type"),
    "an empty body": (b"", NPY, 400, "empty_body"),
    "cut JSON": (b'{"keypoints": [[', JSON, 400, "bad_json"),
    "JSON that is not an object": (b"[1]", JSON, 400, "bad_json"),
    "JSON nested without end": (b"[" * 100_000, JSON, 400, "bad_json"),
    "JSON in another encoding": ('{"keypoints": "é"}'.encode("latin-1"), JSON, 400, "bad_json"),
    "no keypoints": (b'{"points": []}', JSON, 400, "bad_json"),
    "keypoints that are no list": (b'{"keypoints": {"a": 1}}', JSON, 400, "bad_json"),
    "no frames": (frames(), JSON, 400, "bad_shape"),
    "a frame that is a number": (frames(7), JSON, 400, "bad_shape"),
    "a frame with 53 points": (frames(FRAME[1:]), JSON, 400, "bad_shape"),
    "a point with three numbers": (frames([[1, 2, 3], *FRAME[1:]]), JSON, 400, "bad_shape"),
    "a point of text": (frames([["1", "2"], *FRAME[1:]]), JSON, 400, "bad_shape"),
    "a point that is text": (frames(["ab", *FRAME[1:]]), JSON, 400, "bad_shape"),
    "a number beyond float32": (frames([[1e300, 0], *FRAME[1:]]), JSON, 400, "bad_value"),
    "an integer beyond every float": (frames([[10**400, 0], *FRAME[1:]]), JSON, 400, "bad_json"),
    "only missing points": (frames([None] * 54), JSON, 422, "no_person"),
    "301 frames": (frames(*[FRAME] * 301), JSON, 413, "too_many_frames"),
    "only NaN": (npy(np.full((3, 54, 2), np.nan, np.float32)), NPY, 422, "no_person"),
    "infinity": (npy(np.full((3, 54, 2), np.inf, np.float32)), NPY, 400, "bad_value"),
    "not npy": (b"PK\x03\x04 and so on, long enough", NPY, 400, "bad_npy"),
    "pickled objects": (npy(np.array([{"a": 1}], dtype=object)), NPY, 400, "bad_npy"),
    "float64": (npy(np.zeros((3, 54, 2))), NPY, 400, "bad_npy"),
    "big endian": (npy(np.zeros((3, 54, 2), ">f4")), NPY, 400, "bad_npy"),
    "Fortran order": (npy(np.asfortranarray(np.zeros((3, 54, 2), np.float32))), NPY, 400, "bad_npy"),
    "another shape": (npy(np.zeros((3, 53, 2), np.float32)), NPY, 400, "bad_shape"),
    "one array too flat": (npy(np.zeros((54, 2), np.float32)), NPY, 400, "bad_shape"),
    "0 frames": (npy(np.zeros((0, 54, 2), np.float32)), NPY, 400, "bad_shape"),
    "301 frames in npy": (npy(np.zeros((301, 54, 2), np.float32)), NPY, 413, "too_many_frames"),
    "less data than announced": (GOOD[:-4], NPY, 400, "bad_npy"),
    "more data than announced": (GOOD + b"\0", NPY, 400, "bad_npy"),
    "a header cut short": (GOOD[:40], NPY, 400, "bad_npy"),
    "a header of 64 KB": (b"\x93NUMPY\x01\x00\xff\xff" + b" " * 65535, NPY, 400, "bad_npy"),
    "a header that is code": (with_header("__import__('os')"), NPY, 400, "bad_npy"),
    "a header that is no dictionary": (with_header("[1, 2]"), NPY, 400, "bad_npy"),
    "a header nested deeply": (with_header("(" * 1000), NPY, 400, "bad_npy"),
    "a type that is a list": (
        with_header("{'descr': ['<f4'], 'fortran_order': False, 'shape': (1, 54, 2)}"),
        NPY,
        400,
        "bad_npy",
    ),
    "a negative size": (
        with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 54, 2)}"),
        NPY,
        400,
        "bad_shape",
    ),
    "an unknown option": (GOOD, {**NPY, "X-Amzn-SageMaker-Custom-Attributes": "beam=3"}, 400, "bad_option"),
    "top_k of zero": (GOOD, {**NPY, "X-Amzn-SageMaker-Custom-Attributes": "top_k=0"}, 400, "bad_option"),
    "top_k of text": (GOOD, {**NPY, "X-Amzn-SageMaker-Custom-Attributes": "top_k=²"}, 400, "bad_option"),
    "logits of maybe": (GOOD, {**NPY, "X-Amzn-SageMaker-Custom-Attributes": "logits=2"}, 400, "bad_option"),
    "a type nobody writes": (GOOD, {**NPY, "Accept": "image/png"}, 406, "not_acceptable"),
    "an encoding nobody reads": (GOOD, {**NPY, "Content-Encoding": "br"}, 415, "unsupported_encoding"),
    "gzip that is none": (GOOD, {**NPY, "Content-Encoding": "gzip"}, 400, "bad_gzip"),
    "gzip cut short": (gzip.compress(GOOD)[:-9], GZIPPED, 400, "bad_gzip"),
    "something behind the gzip": (gzip.compress(GOOD) + b"more", GZIPPED, 400, "bad_gzip"),
    "a gzip bomb": (gzip.compress(bytes(100 * MAX_BODY_BYTES)), GZIPPED, 413, "too_large"),
    "a batch that is no list": (b'{"batch": 7}', JSON, 400, "bad_json"),
    "a batch of nothing": (b'{"batch": []}', JSON, 400, "bad_shape"),
    "a batch of 17 clips": (json.dumps({"batch": [[FRAME]] * 17}).encode(), JSON, 413, "too_many_clips"),
    "a batch with an empty person": (json.dumps({"batch": [[FRAME], [[None] * 54]]}).encode(), JSON, 422, "no_person"),
    "17 clips in npy": (npy(np.zeros((17, 1, 54, 2), np.float32)), NPY, 413, "too_many_clips"),
    "0 clips in npy": (npy(np.zeros((0, 1, 54, 2), np.float32)), NPY, 400, "bad_shape"),
    "7 MB": (b"\0" * (MAX_BODY_BYTES + 1), NPY, 413, "too_large"),
}


@pytest.mark.parametrize(("body", "headers", "status", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_wrong_request_is_refused_with_a_code_and_a_sentence(endpoint, body, headers, status, code):
    headers = {name: value.encode("utf-8") for name, value in headers.items()}
    response = endpoint.post("/invocations", content=body, headers=headers)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert "\n" not in error["message"]


def test_a_body_of_unannounced_length_is_cut_at_the_limit(endpoint):
    chunks = (b"\0" * 65536 for _ in range(MAX_BODY_BYTES // 65536 + 2))
    response = endpoint.post("/invocations", content=chunks, headers=NPY)
    assert response.status_code == 413


def test_random_bytes_never_give_a_500(endpoint):
    random = np.random.default_rng(3)
    for _ in range(150):
        body = bytearray(GOOD)
        for position in random.integers(0, 128, size=3):
            body[position] = random.integers(0, 256)
        assert endpoint.post("/invocations", content=bytes(body), headers=NPY).status_code < 500


@pytest.mark.parametrize("value", [1e6, -1e18, 3e38, 1e-40])
def test_absurd_coordinates_never_give_a_500(endpoint, value):
    body = npy(np.full((10, 54, 2), value, np.float32))
    assert endpoint.post("/invocations", content=body, headers=NPY).status_code in (200, 422)


@pytest.mark.parametrize(("method", "path", "right"), [("GET", "/invocations", "POST"), ("POST", "/ping", "GET")])
def test_a_wrong_method_is_told_the_right_one(endpoint, method, path, right):
    response = endpoint.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, right)
    assert response.json()["error"]["message"] == f"Use {right} {path}."


def test_a_path_that_does_not_exist_is_told_which_do(endpoint):
    response = endpoint.get("/models")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    assert "/invocations" in response.json()["error"]["message"]


def test_a_client_that_hangs_up_half_way_does_no_harm(endpoint, keypoints):
    address = (endpoint.base_url.host, endpoint.base_url.port)
    for _ in range(5):
        with socket.create_connection(address) as connection:
            connection.sendall(b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc")
    assert endpoint.post("/invocations", content=npy(keypoints), headers=NPY).status_code == 200
