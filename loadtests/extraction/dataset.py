"""Extracted clips -> the npz that training reads (docs/contracts.md, "Keypoint dataset")."""

import json
from pathlib import Path

from loadtests.clips import Clip
from loadtests.extraction.extract import Extraction
from recognizer.datasets import Dataset, save_ragged
from recognizer.datasets.recording import Recording, gathered
from recognizer.datasets.sound import listed


def save(clips: list[Clip], extraction: Extraction, path: Path) -> None:
    """Writes the extracted ones of `clips`, in their order, whole or not at all. Raises OSError."""
    dataset = as_dataset(clips, extraction, path.stem)
    save_ragged(dataset, path, dataset.source)


def as_dataset(clips: list[Clip], extraction: Extraction, name: str) -> Dataset:
    """The extracted ones of `clips`, in their order; a note names the refused ones."""
    recordings = [
        Recording(found.keypoints, clip.name, clip.gloss or "", clip.signer or "", clip.session or "", found.fps)
        for clip in clips
        if (found := extraction.extracted.get(clip.name)) is not None
    ]
    dataset = gathered(name, recordings, json.dumps(extraction.identity, sort_keys=True))
    refused = extraction.refused
    return dataset.noted(f"Could not be used, so left out: {listed(refused)}.") if refused else dataset
