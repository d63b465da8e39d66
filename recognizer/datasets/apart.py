"""Reading with a C library that a damaged file can crash or send round in circles: in a process of its own, watched."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from recognizer.datasets import ragged
from recognizer.datasets.dataset import Dataset
from recognizer.errors import DatasetError

PATIENCE_S, SLOWEST = 60, 1 << 20
"""A file may take so many seconds, and one more for each so many bytes."""

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from recognizer.datasets import apart; sys.exit(apart.main(*sys.argv[1:]))"


def load(read: Callable[[Path], Dataset], path: Path, needs: str) -> Dataset:
    """What `read(path)` gives, but for its notes. `read`: a function of a module; `needs`: the package that it imports.

    Raises what `read` raises: DatasetError; and that too if it crashes or does not come to an end.
    """
    if find_spec(needs) is None:
        raise ModuleNotFoundError(name=needs)
    patience = PATIENCE_S + (path.stat().st_size if path.exists() else 0) // SLOWEST
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "read.npz")
        try:
            child = subprocess.run(
                [sys.executable, "-c", PROGRAM, read.__module__, read.__name__, str(path), str(out)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=patience,
            )
        except subprocess.TimeoutExpired:
            raise DatasetError(f"{path} is damaged: {needs} does not come to its end. Fetch an intact copy.") from None
        if child.returncode == REFUSED:
            raise DatasetError(child.stdout.decode())
        if child.returncode:
            raise DatasetError(f"{path} is damaged: {needs} crashes on it. Fetch an intact copy.")
        return replace(ragged.load(out), name=path.stem)


REFUSED = 2


def main(module: str, function: str, path: str, out: str) -> int:
    """The other side: reads `path`, writes the dataset to `out`, or prints why it cannot."""
    read = getattr(__import__(module, fromlist=[function]), function)
    try:
        dataset = read(Path(path))
    except DatasetError as error:
        sys.stdout.buffer.write(str(error).encode("utf-8", "backslashreplace"))
        return REFUSED
    ragged.save(dataset, out, dataset.source)
    return 0
