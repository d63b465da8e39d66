"""Writing a model bundle (docs/contracts.md): all files at once or none."""

import hashlib
import json
import shutil
from pathlib import Path

from recognizer import bundle, export
from recognizer import keypoints as kp
from recognizer.errors import BundleError
from recognizer.spoter import Architecture

PRECISION = {"model.onnx": "float32", "model.int8.onnx": "int8", "model.ort": "float32"}
DEFAULT_FILE = "model.onnx"


def write(
    folder: Path,
    *,
    arch: Architecture,
    labels: tuple[str, ...],
    models: dict[str, bytes],
    provenance: dict,
    training: dict,
    accuracy: list[dict],
) -> bundle.Bundle:
    """Writes `models` (the file names of `PRECISION`) and their manifest, replaces `folder`, and loads it back.

    The files are made beside `folder` and moved into place last, so an interruption leaves the old bundle intact.
    Raises BundleError if `folder` exists and is no bundle, or if what was written does not load.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "manifest.json").exists():
        raise BundleError(f"{folder} holds something else than a model bundle: name another folder.")
    manifest = {
        "schema_version": bundle.SCHEMA_VERSION,
        "name": folder.name,
        "architecture": arch.name,
        "opset": export.OPSET,
        "labels": list(labels),
        "keypoints": kp.as_manifest(),
        "input": {
            "name": export.INPUT,
            "dtype": "float32",
            "shape": ["frames", kp.COUNT, 2],
            "min_frames": export.MIN_FRAMES,
            "max_frames": export.MAX_FRAMES,
        },
        "output": {"name": export.OUTPUT, "dtype": "float32", "shape": ["classes"]},
        "files": {
            name: {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "precision": PRECISION[name],
            }
            for name, content in models.items()
        },
        "default_file": DEFAULT_FILE,
        "provenance": provenance,
        "training": training,
        "accuracy": accuracy,
    }
    partial, previous = (folder.with_name(f".{folder.name}.{state}") for state in ("partial", "previous"))
    for leftover in (partial, previous):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, content in models.items():
        (partial / name).write_bytes(content)
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    bundle.load(partial)
    if folder.exists():
        folder.rename(previous)
    partial.rename(folder)
    shutil.rmtree(previous, ignore_errors=True)
    return bundle.load(folder)
