"""A bundle's weights as PyTorch reads them, taken from its ONNX file and proven against it.

The exporter keeps the parameters' names, but for two that it folds into constants: the embedding (multiplied with the
matrix that reads hands from their wrists) and the decoder's first query (which no frame has a part in).
"""

import math
import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper

from cloud_inference.errors import StartupError
from recognizer import bundle
from recognizer.spoter import Architecture, Spoter

TOLERANCE = 1e-4
"""Largest difference between logits of PyTorch and ONNX Runtime, as the exporter allows."""

PROBED_FRAMES = (1, 10, 70, 300)


def convert(folder: Path, weights: Path) -> None:
    """Writes `labels`, `architecture` and `state` of the bundle's `model.onnx` to `weights`, whole or not at all.

    Raises StartupError if the bundle is unreadable or of another recipe, and unless the logits are the same.
    """
    try:
        loaded = bundle.load(folder)
        path = loaded.model("model.onnx").path
    except bundle.BundleError as error:
        raise StartupError(str(error)) from None
    try:
        architecture = loaded.manifest["training"]["architecture"]
        model = Spoter(Architecture(**architecture)).eval()
        model.load_state_dict(_state(onnx.load(path).graph, model))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise StartupError(f"{path} is not an export of cerca's own recipe ({reason}): name another bundle.") from None
    _prove_equal(model, path, loaded)
    partial = weights.with_name(f".{weights.name}.partial")
    torch.save({"labels": list(loaded.labels), "architecture": architecture, "state": model.state_dict()}, partial)
    os.replace(partial, weights)


def _state(graph: onnx.GraphProto, model: Spoter) -> dict[str, torch.Tensor]:
    """Raises KeyError for a parameter that the graph has not."""
    constants = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    folded = {
        "embed.weight": lambda: _embedding(graph, constants, model),
        "decoder.0.attention.query.weight": lambda: np.zeros((model.arch.width, model.arch.width)),
        "decoder.0.attention.query.bias": lambda: _first_query(graph, constants, model.arch),
    }
    state = {}
    for name, parameter in model.state_dict().items():
        # Bundles older than the deeper variants number no layer.
        found = next((constants[key] for key in (name, name.replace(".0.", ".")) if key in constants), None)
        value = found if found is not None else folded[name]()
        state[name] = torch.tensor(value, dtype=parameter.dtype).reshape(parameter.shape)
    return state


def _embedding(graph: onnx.GraphProto, constants: dict[str, np.ndarray], model: Spoter) -> np.ndarray:
    """A weight that gives, multiplied with the wrists' matrix, the product that stands in the graph."""
    (product,) = (node.input[1] for node in graph.node if node.op_type == "Gemm" and "embed.bias" in node.input)
    # That matrix is singular (a wrist read from itself is zero), so the weight is one of many with the same product.
    return constants[product].astype(np.float64) @ np.linalg.pinv(
        model.embed.hands_from_wrist.numpy().astype(np.float64)
    )


def _first_query(graph: onnx.GraphProto, constants: dict[str, np.ndarray], arch: Architecture) -> np.ndarray:
    """A bias that gives, with a weight of zero, the query that stands in the graph, there divided by its root size."""
    size = arch.width // arch.heads
    shape = (arch.heads, 1, size)
    (query,) = (
        constants[node.input[0]]
        for node in graph.node
        if node.op_type == "MatMul" and node.input[0] in constants and constants[node.input[0]].shape == shape
    )
    return query.reshape(arch.width) * math.sqrt(size)


def _prove_equal(model: Spoter, path: Path, loaded: bundle.Bundle) -> None:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    for frames in PROBED_FRAMES:
        keypoints = rng.uniform(0.2, 0.8, (frames, len(loaded.keypoints), 2)).astype(np.float32)
        keypoints[rng.uniform(size=keypoints.shape[:2]) < 0.1] = np.nan
        with torch.inference_mode():
            ours = model(torch.from_numpy(keypoints)).numpy()
        gap = np.abs(session.run([loaded.output_name], {loaded.input_name: keypoints})[0] - ours).max()
        if not gap <= TOLERANCE:
            raise StartupError(f"{path} differs from its weights in PyTorch by {gap:.1e} at {frames} frames.")
