"""Priority over the rest of the machine, for the threads whose lateness would look like a longer network."""

import contextlib
import os
from collections.abc import Iterator


def be_prompt() -> None:
    """Gives the calling thread real-time priority, where the system lets it."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


@contextlib.contextmanager
def prompt() -> Iterator[None]:
    """The calling thread has real-time priority meanwhile."""
    be_prompt()
    try:
        yield
    finally:
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
