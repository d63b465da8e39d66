"""A server for the load users to ask: counts what came, answers at once or late, as API Gateway does."""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Toy:
    """`seen`: (Unix second, method, path, headers) of every request; `answers`: the gateway's milliseconds by id.
    `delay`: seconds before an answer; `until`: Unix second before which none is given; `files`: path -> headers."""

    port: int = 0
    seen: list[tuple[float, str, str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, float] = field(default_factory=dict)
    delay: float = 0.0
    until: float = 0.0
    status: int = 200
    at_once: int = 0
    most_at_once: list[tuple[float, int]] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    page: bytes = b"<!doctype html>"
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class ToyServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        super().__init__(("127.0.0.1", 0), _Handler)
        toy.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        toy = self.server.toy
        self.rfile.read(int(self.headers["content-length"]))
        number = self._seen(1)
        while (wait := max(toy.until - time.time(), 0)) > 0:
            time.sleep(wait)
        time.sleep(toy.delay)
        request_id = str(uuid.uuid4())
        toy.answers[request_id] = float(number)
        headers = {"x-amzn-RequestId": request_id, "Server-Timing": f"gateway;dur={number}, endpoint-inference;dur=0.5"}
        self._answer(toy.status, headers, json.dumps({"top": []}).encode())
        with toy.lock:
            toy.at_once -= 1

    def do_GET(self) -> None:
        self._seen(0)
        headers = self.server.toy.files.get(self.path)
        if headers is None:
            self._answer(404, {}, b"")
        elif self.headers.get("if-none-match") == headers.get("ETag", ""):
            self._answer(304, headers, None)
        else:
            self._answer(200, headers, self.server.toy.page if self.path.startswith("/?") else b"x" * 1000)

    def _seen(self, more: int) -> int:
        toy = self.server.toy
        with toy.lock:
            toy.seen.append((time.time(), self.command, self.path, dict(self.headers)))
            toy.at_once += more
            toy.most_at_once.append((time.time(), toy.at_once))
            return len(toy.seen)

    def _answer(self, status: int, headers: dict[str, str], body: bytes | None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *arguments: object) -> None:
        pass
