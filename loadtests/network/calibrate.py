"""What a network really does, beside what its profile promises: the proof of the emulation."""

import contextlib
import json
import socket
import struct
import time

from loadtests.network.errors import NetworkError
from loadtests.network.link import QUEUE_SECONDS, SLOT_SECONDS
from loadtests.network.namespaces import inside
from loadtests.network.network import FarEnd
from loadtests.network.priority import prompt
from loadtests.network.profiles import Profile
from loadtests.network.trains import TrainCounter, receive, receiver, send_train

PINGS = 100
CONNECTS = 20
TRAINS = 10
LOSS_BATCHES = 10
LOSS_PINGS = 200

_PING_SECONDS = SLOT_SECONDS
_LOSS_PING_SECONDS = 0.002
_TRAIN_SECONDS = 0.4
_FEWEST_IN_TRAIN = 60
_FASTER = 1.3
_PATIENCE_SECONDS = 0.5
_PING = struct.Struct("!I60x")

Measured = dict[str, list[float]]


def calibrate(profile: Profile, far_end: FarEnd, *, effort: float = 1.0, pings: int = PINGS) -> Measured:
    """Raw values of each quantity: `rtt_ms` and `connect_ms` one a probe; `loss` (one way, from round trips) one a
    batch of LOSS_PINGS; `up_mbit`, `down_mbit` (whole IP packets) one a train, where the profile limits the rate.

    effort: share of the usual number of probes; pings: that of round trips. Blocks for about a minute at effort 1.
    Raises NetworkError.
    """
    patience = _PATIENCE_SECONDS + 2 * profile.rtt_ms / 1e3

    def times(count: int) -> int:
        return max(2, round(count * effort))

    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(prompt())
            with inside(far_end.namespace):
                client = stack.enter_context(receiver("0.0.0.0", 0))
            measured: Measured = {
                "rtt_ms": _answered(_pings(client, far_end, times(pings), _PING_SECONDS, patience)),
                "connect_ms": [_connect(far_end, patience) for _ in range(times(CONNECTS))],
            }
            many = _pings(client, far_end, times(LOSS_BATCHES) * LOSS_PINGS, _LOSS_PING_SECONDS, patience)
            measured["loss"] = [
                _one_way_loss(many[first : first + LOSS_PINGS]) for first in range(0, len(many), LOSS_PINGS)
            ]
            with inside(far_end.namespace):
                control = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            control.settimeout(60)
            control.connect((far_end.address, far_end.control))
            for name, mbit, train in (("up_mbit", profile.up_mbit, _up), ("down_mbit", profile.down_mbit, _down)):
                if mbit is not None:
                    rates = [train(client, control, far_end, mbit, patience) for _ in range(times(TRAINS))]
                    measured[name] = [rate for rate in rates if rate is not None]
    except OSError as error:
        raise NetworkError(f"The network {profile.name} could not be measured: {error}.") from None
    if not measured["rtt_ms"]:
        raise NetworkError(f"The network {profile.name} could not be measured: no packet came back.")
    return measured


def _pings(client: socket.socket, far_end: FarEnd, count: int, spacing: float, patience: float) -> list[float | None]:
    """Round trips in ms of `count` packets of 92 bytes sent `spacing` seconds apart; None for one that did not come
    back within `patience` seconds of the last."""
    sent: list[float] = []
    back: list[float | None] = [None] * count
    target = (far_end.address, far_end.echo)
    due = time.time()
    while True:
        now = time.time()
        if len(sent) < count and now >= due:
            client.sendto(_PING.pack(len(sent)), target)
            sent.append(now)
            due = max(due + spacing, now)
        wait = due if len(sent) < count else sent[-1] + patience
        client.settimeout(max(1e-6, wait - time.time()))
        with contextlib.suppress(TimeoutError, BlockingIOError):
            packet, arrived = receive(client)
            number, *_ = _PING.unpack(packet)
            back[number] = max(0.0, (arrived - sent[number]) * 1e3)
        if len(sent) == count and (None not in back or time.time() > sent[-1] + patience):
            client.setblocking(False)
            return back


def _answered(pings: list[float | None]) -> list[float]:
    return [ms for ms in pings if ms is not None]


def _one_way_loss(pings: list[float | None]) -> float:
    """A ping is lost on either way: 1 - (1 - loss)^2."""
    return 1 - (len(_answered(pings)) / len(pings)) ** 0.5


def _connect(far_end: FarEnd, patience: float) -> float:
    """Milliseconds of a TCP handshake as the client sees it: one round trip."""
    with inside(far_end.namespace):
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with client:
        client.settimeout(patience + 30)
        started = time.perf_counter()
        client.connect((far_end.address, far_end.control))
        return (time.perf_counter() - started) * 1e3


def _up(client: socket.socket, control: socket.socket, far_end: FarEnd, mbit: float, patience: float) -> float | None:
    seconds = _seconds(mbit)
    send_train(client, (far_end.address, far_end.train), mbit * _FASTER, seconds)
    time.sleep(_still_queued(seconds) + patience)
    return _ask(control, {"up": {}})["mbit"]


def _down(client: socket.socket, control: socket.socket, far_end: FarEnd, mbit: float, patience: float) -> float | None:
    seconds, counter = _seconds(mbit), TrainCounter()
    _ask(control, {"down": {"port": client.getsockname()[1], "mbit": mbit * _FASTER, "seconds": seconds}})
    time.sleep(_still_queued(seconds) + patience)
    counter.take(client)
    return counter.rate()


def _still_queued(seconds: float) -> float:
    """How long a train's packets still come when all of it is sent."""
    return max(QUEUE_SECONDS, seconds * (_FASTER - 1))


def _seconds(mbit: float) -> float:
    """Of a train: long enough for _FEWEST_IN_TRAIN packets."""
    return max(_TRAIN_SECONDS, _FEWEST_IN_TRAIN * 1500 * 8 / (mbit * 1e6))


def _ask(control: socket.socket, command: dict) -> dict:
    control.sendall(json.dumps(command).encode() + b"\n")
    line = b""
    while not line.endswith(b"\n"):
        more = control.recv(4096)
        if not more:
            raise NetworkError("The far end hung up while the network was being measured.")
        line += more
    return json.loads(line)
