"""Trains of UDP packets, sent faster than the link's rate: how fast they come out at the other end is that rate."""

import contextlib
import socket
import struct
import time

PACKET_BYTES = 1500
"""On the wire: 20 of IP, 8 of UDP, the rest payload."""

PAYLOAD = b"\0" * (PACKET_BYTES - 28)
HEAD = 0.2
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_BUFFER_BYTES = 32 << 20
_TICK_SECONDS = 0.002


def receiver(address: str, port: int) -> socket.socket:
    """A non-blocking UDP socket that keeps a whole train and the time of each packet's arrival in the kernel."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.setblocking(False)
    with contextlib.suppress(OSError):  # Linux only; elsewhere `receive` looks at the clock itself
        bound.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    try:
        bound.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
    except OSError:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    bound.bind((address, port))
    return bound


def send_train(sender: socket.socket, target: tuple[str, int], mbit: float, seconds: float) -> None:
    """Sends full packets at `mbit` for `seconds`. The socket may be non-blocking; what it cannot take is not sent."""
    begun, sent = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        due = int(passed * mbit * 1e6 / (PACKET_BYTES * 8)) + 1
        while sent < due:
            with contextlib.suppress(BlockingIOError):
                sender.sendto(PAYLOAD, target)
            sent += 1
        time.sleep(_TICK_SECONDS)


def receive(arrived: socket.socket) -> tuple[bytes, float]:
    """One packet of a socket of `receiver`, and when the kernel got it, in seconds of `time.time()`.

    Raises BlockingIOError or TimeoutError when none is there.
    """
    packet, ancillary, _, _ = arrived.recvmsg(2048, 64)
    stamp = next((data for _, kind, data in ancillary if kind == _SO_TIMESTAMPNS), None)
    if stamp is None:
        return packet, time.time()
    seconds, nanoseconds = struct.unpack("qq", stamp)
    return packet, seconds + nanoseconds / 1e9


class TrainCounter:
    """Counts the packets of a train and remembers when the kernel got the first and the last."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def take(self, arrived: socket.socket) -> None:
        """Everything that waits on a socket of `receiver`."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._times.append(receive(arrived)[1])

    def rate(self) -> float | None:
        """Mbit/s of whole IP packets of the train so far; None where too few arrived to tell.

        Its head is left out: the link is not busy all the time until a queue has formed. The next train starts anew.
        """
        times, self._times = self._times, []
        times = times[int(len(times) * HEAD) :]
        if len(times) < 3 or times[-1] <= times[0]:
            return None
        # The first packet's own time was before its arrival.
        return (len(times) - 1) * PACKET_BYTES * 8 / (times[-1] - times[0]) / 1e6
