"""Whose data a model was trained on, for its manifest. Known files are told by their content, never by their name."""

import hashlib
from pathlib import Path

KNOWN = {
    "109b5820b8e164e019ce24d5066d94d3cad75b66c007b7491b13fdfca510af6c": {
        "dataset": "asl_words: MediaPipe keypoints of 15 ASL words and idle, 3 signers, 17 sessions (traduttore)",
        "licence": "MIT",
        "notice": "Copyright (c) 2022 traduttore",
    },
}
"""SHA-256 of a dataset's file -> what may be said of it."""


def of(data: Path, licence: str | None) -> dict:
    """The manifest's `provenance`. `licence`: what the person who trains says of the data, if anything."""
    if data.is_file():
        with data.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest in KNOWN:
            return KNOWN[digest]
    return {"dataset": data.name, "licence": licence or "not stated: ask whoever recorded it"}
