"""What a right request is answered with."""

import gzip
import io
import json

import numpy as np
import pytest

from recognizer import bundle
from tests.cloud_inference.conftest import MODEL_DIR
from tests.cloud_inference.wire import JSON, NPY, as_json, npy

OPTIONS = "X-Amzn-SageMaker-Custom-Attributes"


def logits(response) -> np.ndarray:
    assert response.status_code == 200, response.text
    return np.array(response.json()["logits"])


@pytest.mark.parametrize(
    ("headers", "write"),
    [(JSON, as_json), (NPY, npy), (NPY, lambda keypoints: npy(keypoints.astype(np.float16)))],
    ids=["json", "npy float32", "npy float16"],
)
def test_logits_are_those_of_the_model_file_on_every_wire(endpoint, native, keypoints, headers, write):
    half = write is not as_json and write is not npy
    sent = keypoints.astype(np.float16).astype(np.float32) if half else keypoints
    response = endpoint.post("/invocations", content=write(keypoints), headers={**headers, OPTIONS: "logits=1"})
    np.testing.assert_allclose(logits(response), native(sent), atol=1e-5)


def test_one_frame_and_the_most_frames_are_answered(endpoint, native):
    limits = bundle.load(MODEL_DIR)
    for frames in (limits.min_frames, limits.max_frames):
        sent = np.random.default_rng(frames).uniform(0.2, 0.8, (frames, 54, 2)).astype(np.float32)
        response = endpoint.post("/invocations", content=npy(sent), headers={**NPY, OPTIONS: "logits=1"})
        np.testing.assert_allclose(logits(response), native(sent), atol=1e-5)
        assert response.json()["frames"] == frames


def test_an_answer_names_the_model_and_the_best_labels_in_order(endpoint, native, keypoints):
    answer = endpoint.post("/invocations", content=npy(keypoints), headers={**NPY, OPTIONS: "top_k=3"}).json()
    shipped = bundle.load(MODEL_DIR)
    best = np.argsort(-native(keypoints))[:3]
    assert [entry["label"] for entry in answer["top"]] == [shipped.labels[i] for i in best]
    probabilities = [entry["probability"] for entry in answer["top"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert answer["model"] == {
        "name": shipped.name,
        "file": shipped.default_file,
        "sha256": shipped.model().sha256,
    }
    assert "logits" not in answer


def test_probabilities_of_all_labels_sum_to_one(endpoint, keypoints):
    answer = endpoint.post("/invocations", content=npy(keypoints), headers={**NPY, OPTIONS: "top_k=9999"}).json()
    assert len(answer["top"]) == len(bundle.load(MODEL_DIR).labels)
    assert sum(entry["probability"] for entry in answer["top"]) == pytest.approx(1, abs=1e-5)


def test_five_labels_come_without_options(endpoint, keypoints):
    assert len(endpoint.post("/invocations", content=npy(keypoints), headers=NPY).json()["top"]) == 5


def test_timings_travel_in_the_one_header_that_sagemaker_passes_on(endpoint, keypoints):
    response = endpoint.post("/invocations", content=npy(keypoints), headers=NPY)
    timing = response.headers["server-timing"]
    assert response.headers[OPTIONS] == f"timing={timing}"
    durations = {name: float(ms) for name, _, ms in (entry.partition(";dur=") for entry in timing.split(", "))}
    assert set(durations) == {"queue", "decode", "inference", "encode"}
    assert all(ms >= 0 for ms in durations.values())
    assert durations["inference"] > 0


def test_another_file_of_the_bundle_can_be_served(start, keypoints):
    import httpx

    container = start(CERCA_MODEL_FILE="model.int8.onnx")
    container.wait_until_ready()
    answer = httpx.post(f"{container.url}/invocations", content=npy(keypoints), headers=NPY).json()
    assert answer["model"]["file"] == "model.int8.onnx"
    assert answer["model"]["sha256"] == bundle.load(MODEL_DIR).model("model.int8.onnx").sha256


def test_the_logits_alone_come_as_npy_to_who_accepts_it(endpoint, native, keypoints):
    response = endpoint.post("/invocations", content=npy(keypoints), headers={**NPY, "Accept": "application/x-npy"})
    assert response.headers["content-type"] == "application/x-npy"
    answer = np.load(io.BytesIO(response.content), allow_pickle=False)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer, native(keypoints), atol=1e-5)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/*;q=0.8", ""])
def test_json_comes_to_everybody_else(endpoint, keypoints, accept):
    response = endpoint.post("/invocations", content=npy(keypoints), headers={**NPY, "Accept": accept})
    assert response.headers["content-type"] == "application/json"
    assert response.json()["frames"] == len(keypoints)


@pytest.mark.parametrize(("headers", "write"), [(JSON, as_json), (NPY, npy)], ids=["json", "npy"])
def test_a_compressed_body_is_answered_like_the_plain_one(endpoint, keypoints, headers, write):
    plain = endpoint.post("/invocations", content=write(keypoints), headers=headers).json()
    packed = endpoint.post(
        "/invocations", content=gzip.compress(write(keypoints)), headers={**headers, "Content-Encoding": "gzip"}
    )
    assert packed.json() == plain


def test_a_batch_is_answered_clip_by_clip(endpoint, native, keypoints):
    clips = [keypoints, keypoints[:7], keypoints[5:30]]
    body = json.dumps({"batch": [json.loads(as_json(clip))["keypoints"] for clip in clips]})
    answer = endpoint.post("/invocations", content=body, headers={**JSON, OPTIONS: "logits=1"}).json()
    assert [prediction["frames"] for prediction in answer["predictions"]] == [40, 7, 25]
    for prediction, clip in zip(answer["predictions"], clips, strict=True):
        np.testing.assert_allclose(prediction["logits"], native(clip), atol=1e-5)
    assert answer["model"]["sha256"] == bundle.load(MODEL_DIR).model().sha256


@pytest.mark.parametrize("clips", [1, 3])
def test_an_npy_batch_gives_npy_logits_a_clip(endpoint, native, keypoints, clips):
    batch = np.stack([keypoints] * clips)
    response = endpoint.post("/invocations", content=npy(batch), headers={**NPY, "Accept": "application/x-npy"})
    answer = np.load(io.BytesIO(response.content), allow_pickle=False)
    np.testing.assert_allclose(answer, np.stack([native(keypoints)] * clips), atol=1e-5)


def test_a_head_is_answered_on_a_kept_connection(endpoint):
    for _ in range(2):
        response = endpoint.head("/ping")
        assert (response.status_code, response.headers["content-length"], response.content) == (200, "2", b"")
    assert endpoint.get("/ping").json() == {}
