"""Writing a file at once or not at all, so that an interruption leaves the old one."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Writes `content` beside `path` and moves it into place; makes the folder if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
