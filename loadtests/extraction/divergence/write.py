"""`Divergence` -> `divergence.json` and `index.html`, both or neither."""

import json
import os
from pathlib import Path

from loadtests.extraction.divergence.divergence import Divergence
from loadtests.extraction.divergence.page import render


def write(divergence: Divergence, folder: Path, language: str) -> Path:
    """The page's path. Raises OSError."""
    texts = {
        "divergence.json": json.dumps(divergence.as_json(), indent=2, allow_nan=False) + "\n",
        "index.html": render(divergence, language),
    }
    folder.mkdir(parents=True, exist_ok=True)
    partials = {name: folder / f".{name}.{os.getpid()}" for name in texts}
    try:
        for name, text in texts.items():
            partials[name].write_text(text, encoding="utf-8")
        for name, partial in partials.items():
            partial.replace(folder / name)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
    return folder / "index.html"
