"""From a dataset to a bundle: split, train, export, quantise, score, write."""

from pathlib import Path

from recognizer import bundle, bundle_writer, datasets, evaluate, export, quantize, splits, train
from recognizer.spoter import Architecture, Spoter

PROVENANCE = {
    "dataset": "asl_words: MediaPipe keypoints of 15 ASL words and idle, 3 signers, 17 sessions (traduttore)",
    "licence": "MIT",
    "notice": "Copyright (c) 2022 traduttore",
}


def build(data: Path, out: Path, settings: train.Settings, *, command: str, on_epoch: train.OnEpoch) -> bundle.Bundle:
    """Trains on all but the held-out sessions of `data`, scores every file on those, and writes the bundle to `out`."""
    dataset = datasets.load(data)
    split = splits.by_session(dataset)
    arch = Architecture(classes=len(dataset.labels))
    model = train.fit(split.train, arch, settings, on_epoch)
    models = model_files(model)
    accuracy = [evaluate.score(content, split.test).as_manifest(split.name, name) for name, content in models.items()]
    return bundle_writer.write(
        out,
        arch=arch,
        labels=dataset.labels,
        models=models,
        provenance=PROVENANCE,
        training={
            "command": command,
            "settings": settings.as_dict(),
            "architecture": arch.as_dict(),
            "n": len(split.train),
        },
        accuracy=accuracy,
    )


def model_files(model: Spoter) -> dict[str, bytes]:
    """The files of a bundle, by name."""
    float32 = export.to_onnx(model)
    return {
        "model.onnx": float32,
        "model.int8.onnx": quantize.to_int8(float32),
        "model.ort": quantize.to_ort(float32),
    }
