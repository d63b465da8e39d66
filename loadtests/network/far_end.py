"""The servers' side of an emulated network: `python -m loadtests.network.far_end SETTINGS_JSON`.

In the server's namespace it ends TLS in front of the servers on this machine (as CloudFront and API Gateway do; only
HTTP/1.1), answers the names of both, and answers those who measure the network: an echo, and trains of packets. It says
`{"ready": ...}` in one JSON line on stdout and runs until stdin ends, SIGTERM or Ctrl-C.

Settings: `namespace` (null: this one), `forward` [[address, host, port], ...], `chain`, `key`, `names` {name: address},
`address` (of what measures).
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
import threading
from typing import Any

from loadtests.network import dns
from loadtests.network.namespaces import inside
from loadtests.network.priority import be_prompt, prompt
from loadtests.network.trains import TrainCounter, receiver, send_train

TLS_PORT = 443
ECHO_PORT = 7
TRAIN_PORT = 9
DNS_PORT = 53
LONGEST_DOWNLOAD_SECONDS = 3600
"""What a server has sent may still be on its way over a slow link when it closes: cut off by asyncio's usual 30 s, the
visitor would lose the rest."""

_CHUNK = 65_536


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m loadtests.network.far_end SETTINGS_JSON", file=sys.stderr)
        return 2
    try:
        asyncio.run(_run(json.loads(sys.argv[1])))
    except OSError as error:
        print(json.dumps({"error": f"The network's far end cannot listen: {error}."}), flush=True)
        return 1
    return 0


async def _run(settings: dict[str, Any]) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    address = settings["address"]
    # Fixed ports where the namespace is ours alone; free ones on a loopback that others use too.
    fixed = settings["namespace"] is not None
    with inside(settings["namespace"]):
        listeners = [(_tcp(site, TLS_PORT), host, port) for site, host, port in settings["forward"]]
        echo = _udp(address, ECHO_PORT if fixed else 0)
        train = receiver(address, TRAIN_PORT if fixed else 0)
        control = _tcp(address, TRAIN_PORT if fixed else 0)
        names = _udp(address, DNS_PORT) if settings["names"] else None
    counter = TrainCounter()
    loop.add_reader(train, counter.take, train)
    echo.setblocking(True)
    threading.Thread(target=_echo, args=(echo,), daemon=True).start()
    if names is not None:
        loop.add_reader(names, dns.answer_from, names, settings["names"])
    async with contextlib.AsyncExitStack() as servers:
        if listeners:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(settings["chain"], settings["key"])
            context.set_alpn_protocols(["http/1.1"])
        for listener, host, port in listeners:
            relay = _relay_to(host, port)
            server = await asyncio.start_server(
                relay, sock=listener, ssl=context, ssl_shutdown_timeout=LONGEST_DOWNLOAD_SECONDS
            )
            await servers.enter_async_context(server)
        measuring = _measuring(train, counter)
        await servers.enter_async_context(await asyncio.start_server(measuring, sock=control))
        ports = {"echo": echo, "train": train, "control": control}
        print(json.dumps({"ready": {name: each.getsockname()[1] for name, each in ports.items()}}), flush=True)
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        ended = [asyncio.create_task(reader.read()), asyncio.create_task(stop.wait())]
        await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
        # Connections under way end with this process and nobody waits for them; asyncio would report each it cancels.
        os._exit(0)


def _tcp(address: str, port: int) -> socket.socket:
    # The protocol is named so that asyncio turns Nagle's algorithm off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(128)
    return listener


def _udp(address: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.setblocking(False)
    bound.bind((address, port))
    return bound


def _echo(bound: socket.socket) -> None:
    be_prompt()
    while True:
        packet, sender = bound.recvfrom(2048)
        bound.sendto(packet, sender)


def _relay_to(host: str, port: int):
    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward_reader, onward_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(_pump(reader, onward_writer), _pump(onward_reader, writer))
        finally:
            onward_writer.close()
            writer.close()

    return relay


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either side is gone; then the other is closed too, as HTTP has no half-open connections to keep."""
    with contextlib.suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


def _send_promptly(sender: socket.socket, target: tuple[str, int], mbit: float, seconds: float) -> None:
    with prompt():
        send_train(sender, target, mbit, seconds)


def _measuring(train: socket.socket, counter: TrainCounter):
    """One command a line: `{"down": {"port", "mbit", "seconds"}}` sends a train to the caller's port, and
    `{"up": {}}` says what arrived of the train that the caller has sent."""

    async def measure(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, KeyError):
            while line := await reader.readline():
                match json.loads(line):
                    case {"down": {"port": port, "mbit": mbit, "seconds": seconds}}:
                        target = (writer.get_extra_info("peername")[0], port)
                        await asyncio.to_thread(_send_promptly, train, target, mbit, seconds)
                        answer = {}
                    case _:
                        answer = {"mbit": counter.rate()}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()

    return measure


if __name__ == "__main__":
    sys.exit(main())
