"""A file is written whole or not at all."""

import os
from pathlib import Path

from analysis.errors import AnalysisError


def write_whole(path: Path, content: bytes) -> None:
    """Writes beside `path`, then renames: a reader or a Ctrl-C never meets half a file. Raises AnalysisError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise AnalysisError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
