"""Clips already extracted, in the user's cache: an interrupted extraction goes on where it stopped."""

import hashlib
import json
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from loadtests.extraction.engine import Extracted


class Cache:
    """One file a clip, named after everything that decides its keypoints: the clip's bytes, the engine, its
    versions and options."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, clip: Path, identity: dict[str, Any]) -> str:
        """SHA-256. Raises OSError where the clip cannot be read."""
        with clip.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(json.dumps([content, identity], sort_keys=True).encode()).hexdigest()

    def find(self, key: str) -> Extracted | None:
        """None where it is not there, or not whole."""
        try:
            with np.load(self._path(key), allow_pickle=False) as archive:
                return Extracted(archive["keypoints"], **json.loads(str(archive["facts"])))
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, key: str, extracted: Extracted) -> None:
        """Whole or not at all. Raises OSError."""
        facts = asdict(extracted)
        keypoints = facts.pop("keypoints")
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                np.savez(file, keypoints=keypoints, facts=json.dumps(facts))
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.npz"
