"""What Prometheus reads, checked by its own parser."""

import httpx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from recognizer import bundle
from tests.cloud_inference.conftest import MODEL_DIR
from tests.cloud_inference.wire import NPY, npy

CLIP = npy(np.full((10, 54, 2), 0.5, np.float32))


def scrape(endpoint: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Values by name and labels."""
    response = endpoint.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_operation_and_status(endpoint):
    def counted(code: str) -> float:
        return scrape(endpoint).get(("cerca_requests_total", (("code", code), ("operation", "invocations"))), 0)

    answered, refused = counted("200"), counted("400")
    for body in (CLIP, CLIP, b"not npy"):
        endpoint.post("/invocations", content=body, headers=NPY)
    assert (counted("200"), counted("400")) == (answered + 2, refused + 1)


def test_paths_that_do_not_exist_share_one_count(endpoint):
    for path in ("/a", "/b"):
        endpoint.get(path)
    values = scrape(endpoint)
    assert values["cerca_requests_total", (("code", "404"), ("operation", "none"))] >= 2
    assert not any("/a" in str(key) for key in values)


def test_every_step_of_a_prediction_has_a_histogram_that_adds_up(endpoint):
    endpoint.post("/invocations", content=CLIP, headers=NPY)
    values = scrape(endpoint)
    for step in ("queue", "decode", "inference", "encode"):
        buckets = [
            value
            for (name, labels), value in values.items()
            if name == "cerca_step_seconds_bucket" and dict(labels)["step"] == step
        ]
        assert buckets == sorted(buckets)
        assert buckets[-1] == values["cerca_step_seconds_count", (("step", step),)] >= 1
    assert values["cerca_step_seconds_sum", (("step", "inference"),)] > 0


def test_the_model_the_queue_and_the_process_are_described(endpoint):
    values = scrape(endpoint)
    model = bundle.load(MODEL_DIR).model()
    info = {"name": "default", "file": model.path.name, "sha256": model.sha256}
    assert values["cerca_model_info", tuple(sorted(info.items()))] == 1
    assert values["cerca_queue_limit", ()] == 64
    assert values["cerca_requests_in_flight", ()] == 1
    assert 10e6 < values["process_resident_memory_bytes", ()] < 1e9
    assert values["process_open_fds", ()] > 3
