import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loadtests.load import http_client
from loadtests.load.errors import AnswerBroken
from loadtests.load.http_client import Connections, Server


@contextmanager
def answering(*answers: list[bytes]):
    """A server that gives one list of pieces a request, in order over all connections; yields its URL and the number
    of connections that it got, as a list of one a connection. An empty list closes instead."""
    listener = socket.create_server(("127.0.0.1", 0))
    waiting, connected = list(answers), []

    def serve(connection: socket.socket) -> None:
        with connection:
            while waiting:
                received = b""
                while b"\r\n\r\n" not in received:
                    more = connection.recv(65536)
                    if not more:
                        return
                    received += more
                pieces = waiting.pop(0)
                if not pieces:
                    return
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(0.005)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connected.append(1)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", connected
    finally:
        listener.close()


def ask(connections: Connections):
    return connections.ask(connections.server.request("GET", "/", {}))


def test_an_answer_that_comes_in_pieces_is_read_whole():
    pieces = [b"HTTP/1.1 200 OK\r\nServer-Tim", b"ing: a;dur=1\r\ncontent-length: 6\r\n\r", b"\nabc", b"def"]
    with answering(pieces) as (url, _):
        answer = ask(Connections(url))
    assert (answer.status, answer.body) == (200, b"abcdef")
    assert answer.received == len(b"".join(pieces))
    assert answer.header("server-timing") == "a;dur=1"
    assert answer.header("absent") is None


def test_chunks_are_put_together():
    pieces = [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab", b"c\r\n4;x=1\r\ndefg\r\n0\r\n", b"\r\n"]
    with answering(pieces) as (url, _):
        answer = ask(Connections(url))
    assert answer.body == b"abcdefg"
    assert answer.received == len(b"".join(pieces))


def test_an_answer_without_a_body_does_not_wait_for_one():
    with answering([b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"], [b"HTTP/1.1 204 No\r\n\r\n"]) as (url, _):
        connections = Connections(url)
        assert [ask(connections).status, ask(connections).status] == [304, 204]


def test_a_connection_is_kept_until_the_server_says_close():
    fine = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
    last = [b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n"]
    with answering(fine, last, fine) as (url, connected):
        connections = Connections(url)
        ask(connections), ask(connections)
        assert len(connected) == 1
        ask(connections)
        assert len(connected) == 2


def test_a_connection_that_was_idle_too_long_is_not_used_again(monkeypatch):
    fine = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
    monkeypatch.setattr(http_client, "REUSE_SECONDS", 0.02)
    with answering(fine, fine) as (url, connected):
        connections = Connections(url)
        ask(connections)
        time.sleep(0.05)
        ask(connections)
        assert len(connected) == 2


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([], "the connection ended before the answer did"),
        ([b"SSH-2.0-OpenSSH\r\n\r\n"], "is not HTTP"),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"], "length is no number"),
        ([b"HTTP/1.1 200 OK\r\n\r\n"], "does not say its length"),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"], "chunks are broken"),
        ([b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000], "head does not end"),
    ],
)
def test_what_is_no_answer_says_why_and_its_connection_is_not_used_again(pieces, reason):
    with answering(pieces, [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]) as (url, connected):
        connections = Connections(url)
        with pytest.raises(AnswerBroken, match=reason):
            ask(connections)
        assert ask(connections).status == 200
        assert len(connected) == 2


def test_a_server_that_is_not_there_is_an_oserror():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        ask(Connections(f"http://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://127.0.0.1:8001/prod/predict?top_k=5", Server("127.0.0.1", 8001, False, "/prod/predict?top_k=5")),
        ("https://abc.amazonaws.com", Server("abc.amazonaws.com", 443, True, "/")),
    ],
)
def test_an_address_is_taken_apart(url, server):
    assert Server.of(url) == server


def test_a_request_names_the_host_as_browsers_do():
    assert b"\r\nhost: abc.com\r\n" in Server.of("https://abc.com/").request("GET", "/", {})
    assert b"\r\nhost: abc.com:8443\r\n" in Server.of("https://abc.com:8443/").request("GET", "/", {})


@pytest.fixture
def certificate(tmp_path):
    """(certificate, key) files of a server called localhost."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files


@pytest.mark.parametrize("trusted", [True, False])
def test_tls_is_spoken_and_only_with_a_server_that_proves_its_name(certificate, monkeypatch, trusted):
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(*certificate)
    listener = served.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    threading.Thread(target=serve, daemon=True).start()
    ours = ssl.create_default_context(cafile=certificate[0] if trusted else None)
    monkeypatch.setattr(http_client.ssl, "create_default_context", lambda: ours)
    connections = Connections(f"https://localhost:{listener.getsockname()[1]}/")
    if trusted:
        assert ask(connections).body == b"ok"
    else:
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(connections)
