import socket
import struct

from loadtests.network.dns import answer

NAMES = {"site.cerca.test": "10.78.0.2"}


def question(name: str, kind: int = 1, flags: int = 0x0100) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", 77, flags, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def counts(reply: bytes) -> tuple[int, int, int]:
    identity, flags, _, answers, *_ = struct.unpack_from("!6H", reply)
    assert flags & 0x8000, "a reply"
    return identity, flags & 0xF, answers


def test_a_known_name_has_its_address_whatever_the_case():
    for name in ("site.cerca.test", "SITE.cerca.Test"):
        reply = answer(question(name), NAMES)
        assert counts(reply) == (77, 0, 1)
        assert socket.inet_ntoa(reply[-4:]) == "10.78.0.2"


def test_a_known_name_has_no_ipv6_address_which_is_no_error():
    assert counts(answer(question("site.cerca.test", kind=28), NAMES)) == (77, 0, 0)


def test_an_unknown_name_does_not_exist():
    assert counts(answer(question("example.com"), NAMES)) == (77, 3, 0)


def test_what_is_no_question_gets_no_answer():
    assert answer(b"", NAMES) is None
    assert answer(b"\xff" * 40, NAMES) is None
    assert answer(question("site.cerca.test", flags=0x8180), NAMES) is None
    assert answer(question("site.cerca.test")[:20], NAMES) is None
