"""Runs ASGI applications in a child process, one per listening port, until the parent goes away or asks to stop."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import uvicorn

from cloud_inference.listener import listen
from infra.local.errors import StartFailed

PARENT_SECONDS = 1.0
DRAIN_SECONDS = 2

KEEP_ALIVE_SECONDS = 75
"""As nginx: what it has sent may still be on its way over a slow network, and the client will ask for more after it."""

Command = dict[str, Any]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The children of the stack must end before the server waits for open requests; see `until_asked_to_stop`.
        yield


def bind(port: int, option: str) -> socket.socket:
    """A loopback listener. Raises StartFailed naming the option that chooses the port."""
    try:
        return listen("127.0.0.1", port)
    except (OSError, OverflowError):
        raise StartFailed(f"Port {port} on 127.0.0.1 is taken or out of range; choose another with {option}.") from None


def start(
    apps: Mapping[int, Callable[..., Any]], listeners: list[socket.socket]
) -> tuple[uvicorn.Server, asyncio.Task[None]]:
    """Serves each listener's port with its application. Set `should_exit` on the server and await the task to end."""

    async def by_port(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await apps[scope["server"][1]](scope, receive, send)

    server = _Server(
        uvicorn.Config(
            by_port,
            # Unlike httptools, which is installed for the endpoint, h11 limits a request's head.
            http="h11",
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    return server, asyncio.create_task(server.serve(sockets=listeners))


def report(message: Mapping[str, Any]) -> None:
    """One JSON line to the parent."""
    print(json.dumps(message), flush=True)


async def until_asked_to_stop(obey: Callable[[Command], Mapping[str, Any]]) -> None:
    """Answers the parent's commands (JSON lines on stdin) until SIGTERM, SIGINT, the end of stdin, or a new parent.

    The pipe is the only way to control the stack, so that no page in a browser can. It also tells of the parent's end,
    unless a fork of the parent still holds it open; hence the look at the parent's id. PR_SET_PDEATHSIG would not do:
    it fires when the parent's *thread* ends.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def commands() -> None:
        while line := await reader.readline():
            report(obey(json.loads(line)))

    async def same_parent() -> None:
        parent = os.getppid()
        while os.getppid() == parent:
            await asyncio.sleep(PARENT_SECONDS)

    waiting = [asyncio.create_task(work) for work in (commands(), same_parent(), stop.wait())]
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()
