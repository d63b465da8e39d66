"""What gevent changes, in a process of its own: it must not change this one."""

import subprocess
import sys

from tests.e2e.processes import ROOT

SCRIPT = """
from gevent import monkey
monkey.patch_all()
import socket, time
import gevent
from loadtests.load import green_connection
from loadtests.load.http_client import Connections

green_connection.TIMEOUT_SECONDS = 0.5
listener = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
ANSWER = b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok"

def serve():
    while True:
        connection, _ = listener.accept()
        gevent.spawn(answer, connection)

def answer(connection):
    while request := connection.recv(65536):
        while not request.endswith(b"end"):
            request += connection.recv(65536)
        if b"/hang" not in request:
            connection.sendall(ANSWER)

gevent.spawn(serve)
connections = Connections(url, green_connection.GreenConnection)
def ask(path, body=b"end"):
    return connections.ask(connections.server.request("POST", path, {}, body))

print(ask("/").body, ask("/", b"x" * 5_000_000 + b"end").body)
hanging = gevent.spawn(ask, "/hang")
started = time.monotonic()
print(ask("/").status)
assert time.monotonic() - started < 0.4, "one that waits holds up another"
try:
    hanging.get()
except TimeoutError as error:
    print(error)
print(ask("/").status)
"""


def test_it_answers_waits_without_holding_up_others_and_gives_up_in_time():
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["b'ok' b'ok'", "200", "no answer within 0.5 s", "200"]
