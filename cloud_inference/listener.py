"""The listening socket, bound before the server starts so that a busy port is one clear sentence."""

import socket


def listen(host: str, port: int) -> socket.socket:
    """A TCP listener; port 0 takes a free one. Raises OSError if the address cannot be used."""
    # asyncio sets TCP_NODELAY only on sockets that name their protocol, which socket.create_server does not;
    # without it every answer waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
