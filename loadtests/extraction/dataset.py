"""Extracted clips -> the npz that training reads (docs/contracts.md, "Keypoint dataset")."""

import json
from pathlib import Path

import numpy as np

from loadtests.clips import Clip
from loadtests.extraction.extract import Extraction
from recognizer.datasets import Dataset, save_ragged


def save(clips: list[Clip], extraction: Extraction, path: Path) -> None:
    """Writes the extracted ones of `clips`, in their order, whole or not at all. Raises OSError."""
    kept = [clip for clip in clips if clip.name in extraction.extracted]
    found = [extraction.extracted[clip.name] for clip in kept]
    labels = tuple(sorted({clip.gloss for clip in kept if clip.gloss}))
    dataset = Dataset(
        name=path.stem,
        clips=tuple(each.keypoints for each in found),
        label=np.array([labels.index(clip.gloss) if clip.gloss else -1 for clip in kept], dtype=np.int64),
        labels=labels,
        signer=np.array([clip.signer or "" for clip in kept]),
        session=np.array([clip.session or "" for clip in kept]),
        clip=np.array([clip.name for clip in kept]),
        fps=np.array([each.fps for each in found]),
    )
    save_ragged(dataset, path, json.dumps(extraction.identity, sort_keys=True))
