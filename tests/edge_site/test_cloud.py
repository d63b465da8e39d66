"""The cloud's way from the page: the same keypoints, timings read from the headers, failures told in one sentence."""

import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from infra.local.site import SiteServer
from tests.edge_site.conftest import call, clip, extract

ANSWER = {
    "top": [{"label": "hello", "probability": 0.75}, {"label": "no", "probability": 0.25}],
    "logits": [2.0, 1.0],
    "model": {"name": "default", "file": "model.onnx", "sha256": "ab" * 32},
}
HEADERS = {
    "Server-Timing": "gateway;dur=12.5, endpoint-inference;dur=0.5",
    "x-cerca-cold": "lambda,endpoint",
    "x-amzn-requestid": "r-1",
}


class Api:
    """A stand-in for the gateway that answers whatever a test says, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.body = 200, json.dumps(ANSWER)
        self.received: list[tuple[str, str, bytes]] = []
        self.delay_s = 0.0
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_OPTIONS(self) -> None:
                self.reply(204, b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                api.received.append((self.path, self.headers["Content-Type"], body))
                time.sleep(api.delay_s)
                self.reply(api.status, api.body.encode())

            def reply(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "Content-Type")
                self.send_header("Access-Control-Expose-Headers", ", ".join(HEADERS))
                for name, value in HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/prod/predict"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    stand_in = Api()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def cloud_site(dist, api) -> Iterator[str]:
    with SiteServer(dist, api_url=api.url) as server:
        yield server.url


@pytest.fixture
def page(cloud_site, new_page):
    return new_page(f"{cloud_site}?fps=5&lang=en&path=both")


def test_both_wire_formats_carry_the_keypoints_that_the_page_has(page, api):
    extraction = extract(page, clip("hello"))["value"]
    for wire in ("npy", "json"):
        answer = call(page, "predict", extraction["keypoints"], wire)["value"]
        assert answer["bytes"]["up"] == len(api.received[-1][2])
    (path, npy_type, npy), (_, json_type, text) = api.received
    assert path.endswith("?top_k=5&logits=1")
    assert (npy_type, json_type) == ("application/x-npy", "application/json")
    sent = np.load(io.BytesIO(npy))
    assert (sent.dtype, sent.shape) == (np.float32, (extraction["frames"], 54, 2))
    points = [[[np.nan, np.nan] if point is None else point for point in row] for row in json.loads(text)["keypoints"]]
    np.testing.assert_array_equal(np.array(points, np.float32), sent)
    assert np.isnan(sent).any(), "a hand that is not in the picture is sent as missing"


def test_the_servers_own_timings_are_read_from_its_headers(page):
    keypoints = extract(page, clip("hello"))["value"]["keypoints"]
    answer = call(page, "predict", keypoints, "npy")["value"]
    assert answer["server"] == {"gateway": 12.5, "endpoint-inference": 0.5}
    assert answer["cold"] == ["lambda", "endpoint"]
    assert answer["request_id"] == "r-1"
    assert answer["sha256"] == ANSWER["model"]["sha256"]
    assert set(answer["ms"]) == {"encode", "round_trip", "parse"}


def test_the_page_shows_both_answers_and_that_the_models_differ(page):
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".answer.cloud")
    assert page.locator(".answer.edge .guesses li").count() == 5
    assert page.locator(".answer.cloud .guesses li").count() == 2
    assert "ab" * 32 in page.inner_text("#model-hashes")
    assert page.locator("#model-hashes .different").is_visible()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (503, '{"error": {"code": "not_ready", "message": "The model is loading."}}', "503 The model is loading."),
        (200, "<html>proxy</html>", "200"),
        (200, "{}", "200"),
        (502, "", "502"),
    ],
)
def test_an_api_that_refuses_or_babbles_is_told_in_one_sentence(page, api, status, body, told):
    keypoints = extract(page, clip("no"))["value"]["keypoints"]
    api.status, api.body = status, body
    error = call(page, "predict", keypoints, "npy")["error"]
    assert error["code"] == "api_refused"
    assert told in error["message"]


def test_a_dead_api_leaves_the_edges_answer_standing(page, api):
    api.stop()
    page.set_input_files("#chooser", clip("hello"))
    page.wait_for_selector(".answer.edge")
    assert "does not answer" in page.inner_text("#error")
    assert page.locator(".answer.cloud").count() == 0


def test_without_an_api_there_is_no_switch_and_no_cloud(site, new_page):
    page = new_page(f"{site}?fps=5&path=both&lang=en")
    assert page.is_hidden("#path-switch")
    keypoints = extract(page, clip("no"))["value"]["keypoints"]
    assert call(page, "predict", keypoints, "npy")["error"]["code"] == "api_unreachable"
