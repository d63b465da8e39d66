#!/usr/bin/env python3
"""In place of LocalStack's own init, where that (a program it fetches from GitHub) cannot be had.

Started in a function's container by LocalStack 4.14. Downwards it is Lambda's Runtime API, for `awslambdaric`, which it
starts; upwards it speaks LocalStack's protocol: it reports itself ready at the runtime's first `/next`, takes events on
port 9563 and posts each answer back. Standard library only. Ends with the runtime, and with its exit code.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

INVOKE_PORT = 9563
RUNTIME_API = ("127.0.0.1", 9001)
_RUNTIME = "/2018-06-01/runtime"

_events: "queue.Queue[dict[str, str]]" = queue.Queue()
_ready = threading.Event()


def tell_localstack(path: str, body: bytes) -> None:
    """path: below this environment's own address there."""
    address = f"{os.environ['LOCALSTACK_RUNTIME_ENDPOINT']}/{path}"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="POST")
    # LocalStack is on this machine: no proxy of the environment stands between.
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10).close()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        """Runtime clients of AWS send a response in chunks or whole."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, *_: object) -> None:
        pass


class Invoke(Answers):
    """LocalStack's side: `POST /invoke`."""

    def do_POST(self) -> None:
        _events.put(json.loads(self.body()))
        self.answer(202)


class RuntimeApi(Answers):
    """The function's side."""

    def do_GET(self) -> None:
        if not _ready.is_set():
            _ready.set()
            tell_localstack(f"status/{os.environ['LOCALSTACK_RUNTIME_ID']}/ready", b"{}")
        event = _events.get()
        seconds = int(os.environ.get("AWS_LAMBDA_FUNCTION_TIMEOUT", "3"))
        self.answer(
            200,
            event["payload"].encode(),
            {
                "Lambda-Runtime-Aws-Request-Id": event["invoke-id"],
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1e3)),
                "Lambda-Runtime-Invoked-Function-Arn": event["invoked-function-arn"],
                "Lambda-Runtime-Trace-Id": event.get("trace-id", ""),
            },
        )

    def do_POST(self) -> None:
        body = self.body()
        if self.path == f"{_RUNTIME}/init/error":
            tell_localstack(f"status/{os.environ['LOCALSTACK_RUNTIME_ID']}/error", body)
        else:
            identity, kind = self.path.removeprefix(f"{_RUNTIME}/invocation/").split("/")
            tell_localstack(f"invocations/{identity}/logs", json.dumps({"logs": ""}).encode())
            tell_localstack(f"invocations/{identity}/{kind}", body)
        self.answer(202)


def main() -> int:
    for address, handler in ((RUNTIME_API, RuntimeApi), (("0.0.0.0", INVOKE_PORT), Invoke)):
        server = ThreadingHTTPServer(address, handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    variables = {**os.environ, "AWS_LAMBDA_RUNTIME_API": ":".join(map(str, RUNTIME_API))}
    command = [sys.executable, "-m", "awslambdaric", os.environ["_HANDLER"]]
    return subprocess.run(command, cwd=os.environ["LAMBDA_TASK_ROOT"], env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
