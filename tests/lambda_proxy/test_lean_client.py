"""The lean client against a service on a real socket; what errors mean is asserted of boto3 in its own file."""

import json
import select
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lambda_proxy.errors import ProxyError
from lambda_proxy.lean_client import LeanClient
from lambda_proxy.request import Invocation

INVOCATION = Invocation("application/x-npy", b"clip", "top_k=5")


class Service(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked. `behaviour`: answer, hang, drop (before an answer) or
    close (after one)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.headers, self.body = 200, {}, b"{}"
        self.behaviour = "answer"
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.released = threading.Event()

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.close_connection = self.server.behaviour != "answer"
        if self.server.behaviour == "hang":
            self.server.released.wait(10)
        if self.server.behaviour in ("hang", "drop"):
            return
        self.send_response(self.server.status)
        for name, value in {**self.server.headers, "Content-Length": str(len(self.server.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def make_client(url: str, **more: str) -> LeanClient:
    environment = {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": url,
    }
    return LeanClient("cerca", {**environment, **more})


def failure(client: LeanClient, seconds: float = 5) -> ProxyError:
    with pytest.raises(ProxyError) as caught:
        client.invoke(INVOCATION, seconds)
    return caught.value


def test_an_invocation_carries_type_options_body_token_and_trace(service):
    service.headers = {"X-Amzn-SageMaker-Custom-Attributes": "timing=decode;dur=0.1"}
    client = make_client(service.url, AWS_SESSION_TOKEN="token", _X_AMZN_TRACE_ID="Root=1-2-3")
    answer = client.invoke(INVOCATION, 5)
    path, headers, body = service.asked[0]
    assert (answer.body, answer.timing) == (b"{}", "decode;dur=0.1")
    assert (path, body) == ("/endpoints/cerca/invocations", b"clip")
    assert headers["content-type"] == "application/x-npy"
    assert headers["x-amzn-sagemaker-custom-attributes"] == "top_k=5"
    assert headers["x-amz-security-token"] == "token"
    assert headers["x-amzn-trace-id"] == "Root=1-2-3"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert headers["accept"] == "application/json"
    assert "x-amzn-sagemaker-inference-id" not in headers


def test_the_wanted_type_and_the_key_go_along_signed(service):
    service.headers, service.body = {"Content-Type": "application/x-npy"}, b"\x93NUMPY\xff"
    answer = make_client(service.url).invoke(
        Invocation("application/x-npy", b"clip", "", "application/x-npy", "k-1"), 5
    )
    _, headers, _ = service.asked[0]
    assert (answer.body, answer.content_type) == (b"\x93NUMPY\xff", "application/x-npy")
    assert headers["accept"] == "application/x-npy"
    assert headers["x-amzn-sagemaker-inference-id"] == "k-1"
    assert "x-amzn-sagemaker-inference-id" in headers["authorization"]


def test_one_connection_serves_many_invocations(service):
    client = make_client(service.url)
    for _ in range(3):
        client.invoke(INVOCATION, 5)
    assert service.connections == 1


def test_a_connection_closed_between_invocations_is_replaced(service):
    client = make_client(service.url)
    service.behaviour = "close"
    for expected in (1, 2, 3):
        client.invoke(INVOCATION, 5)
        assert service.connections == expected
        # The closing takes a moment to arrive; Lambda freezes a function for longer.
        assert select.select([client._connection.sock], [], [], 5)[0]


def test_an_error_of_the_service_leaves_the_connection_usable(service):
    client = make_client(service.url)
    service.status, service.headers = 400, {"x-amzn-errortype": "ValidationError:http://internal.amazon.com/"}
    assert failure(client).code == "endpoint_failed"
    service.status = 200
    client.invoke(INVOCATION, 5)
    assert service.connections == 1


@pytest.mark.parametrize(
    ("kind", "http_status", "status", "code"),
    [
        ("ThrottlingException", 400, 429, "throttled"),
        ("ServiceUnavailable", 503, 503, "endpoint_unavailable"),
        ("ModelNotReadyException:http://internal.amazon.com/coral/", 429, 503, "endpoint_unavailable"),
        ("InternalFailure", 500, 502, "endpoint_failed"),
        ("", 502, 502, "endpoint_failed"),
    ],
)
@pytest.mark.parametrize("body", [b'{"Message": "arn:aws:..."}', b"<html>", b"[]"])
def test_a_failure_of_the_service_is_not_blamed_on_the_client(service, kind, http_status, status, code, body):
    service.status, service.headers, service.body = http_status, {"x-amzn-errortype": kind}, body
    raised = failure(make_client(service.url))
    assert (raised.status, raised.code) == (status, code)
    assert "arn:" not in raised.message


def test_the_containers_own_refusal_is_passed_on(service):
    original = json.dumps({"error": {"code": "bad_shape", "message": "Frame 3 has 53 points."}})
    service.status, service.headers = 424, {"x-amzn-errortype": "ModelError"}
    service.body = json.dumps({"OriginalStatusCode": 400, "OriginalMessage": original}).encode()
    raised = failure(make_client(service.url))
    assert (raised.status, raised.code, raised.message) == (400, "bad_shape", "Frame 3 has 53 points.")


def test_a_service_that_is_too_slow_is_a_504_and_its_late_answer_belongs_to_nobody(service):
    client = make_client(service.url)
    service.behaviour = "hang"
    assert failure(client, seconds=0.2).status == 504
    service.released.set()
    service.behaviour, service.body = "answer", b'{"fresh": true}'
    assert client.invoke(INVOCATION, 5).body == b'{"fresh": true}'


def test_a_connection_dropped_instead_of_an_answer_is_a_503(service):
    service.behaviour = "drop"
    assert failure(make_client(service.url)).status == 503
    assert len(service.asked) == 1


def test_a_service_out_of_reach_is_a_503(service):
    service.server_close()
    assert failure(make_client(service.url)).status == 503


def test_on_aws_the_way_is_https_with_the_certificate_checked():
    client = make_client("")
    assert client._connection.host == "runtime.sagemaker.us-east-1.amazonaws.com"
    assert client._connection.port == 443
    assert client._connection._context.check_hostname
