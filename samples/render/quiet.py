"""Keeps native libraries' logs off the terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def native_logs_silenced() -> Iterator[TextIO]:
    """Yields the real standard error, while file descriptor 2 leads nowhere.

    MediaPipe's C++ parts write there before any setting of theirs is read, across the progress bar.
    """
    with open(os.devnull, "w") as nowhere, os.fdopen(os.dup(2), "w") as terminal:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield terminal
        finally:
            terminal.flush()
            os.dup2(terminal.fileno(), 2)
