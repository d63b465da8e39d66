"""Ctrl-C and SIGTERM end a command in order, whatever else they hit.

A terminal, a supervisor and `timeout` send them to the whole process group, so that browsers and servers end under the
hands of whoever uses them. What that raises is the interruption, too, and no error of its own.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LOOK_SECONDS = 0.05
"""A child's end may be seen before the signal that ended it: time for the event loop to look."""


@asynccontextmanager
async def interruptible() -> AsyncIterator[None]:
    """Inside, SIGINT and SIGTERM cancel the current task, and what fails from then on becomes a CancelledError.

    A second Ctrl-C ends at once, as ever. The handlers stay until the event loop closes.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True
        loop.remove_signal_handler(signal.SIGINT)
        # Futures that wait for a browser which is gone: nobody will ask for them.
        loop.set_exception_handler(lambda *_: None)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        # Whoever started this may want one ignored, as shells do with Ctrl-C for what runs in their background.
        if signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, stop)
    try:
        yield
    except Exception as error:
        if not interrupted:
            await asyncio.sleep(LOOK_SECONDS)
        if interrupted:
            raise asyncio.CancelledError from error
        raise
