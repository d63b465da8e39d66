"""A bundle's weights as PyTorch reads them, taken from its ONNX file and proven against it.

The exporter keeps the parameters' names, but for those that it folds into constants: the embedding (multiplied with
the matrix that reads hands from their wrists), and the decoder's keys, values and first query (which no frame has a
part in).
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
    found = constants | {"embed.weight": _embedding(graph, constants, model)}
    for layer in range(model.arch.layers):
        folded = _single_query(graph, constants, model.arch, f"decoder.{layer}.attention")
        found |= {f"decoder.{layer}.attention.{name}": value for name, value in folded.items()}
    return {
        name: torch.tensor(found[name], dtype=parameter.dtype).reshape(parameter.shape)
        for name, parameter in model.state_dict().items()
    }


def _embedding(graph: onnx.GraphProto, constants: dict[str, np.ndarray], model: Spoter) -> np.ndarray:
    """A weight that gives, multiplied with the wrists' matrix, the product that stands in the graph."""
    (product,) = (node.input[1] for node in graph.node if node.op_type == "Gemm" and "embed.bias" in node.input)
    # That matrix is singular (a wrist read from itself is zero), so the weight is one of many with the same product.
    return constants[product].astype(np.float64) @ np.linalg.pinv(
        model.embed.hands_from_wrist.numpy().astype(np.float64)
    )


def _single_query(
    graph: onnx.GraphProto, constants: dict[str, np.ndarray], arch: Architecture, attention: str
) -> dict[str, np.ndarray]:
    """The parameters of a decoder layer's attention that have no name in the graph, or stand in it multiplied.

    Read backwards from the output: values <- mean of the tokens <- scores <- what the query seeks.
    """
    made = {name: node for node in graph.node for name in node.output}

    def latest(name: str, kind: str) -> onnx.NodeProto:
        while (node := made[name]).op_type != kind:
            name = node.input[0]
        return node

    (output,) = (node for node in graph.node if f"{attention}.output.weight" in node.input)
    value = latest(output.input[0], "Gemm")
    scores = latest(latest(value.input[0], "MatMul").input[0], "MatMul")
    sought = constants.get(scores.input[1])
    if sought is None:
        key, query = constants[latest(scores.input[1], "MatMul").input[1]], {}
    else:
        key, query = _constant_query(sought, arch)
    return query | {
        "key_value.weight": np.concatenate([key, constants[value.input[1]]]),
        # The keys' bias has no part in the answer, and none in the graph.
        "key_value.bias": np.concatenate([np.zeros(arch.width), constants[value.input[2]]]),
    }


def _constant_query(sought: np.ndarray, arch: Architecture) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """A key's matrix and a query with the product `sought` [width, heads]: each head's query is its first feature."""
    size = arch.width // arch.heads
    key, bias = np.zeros((arch.width, arch.width)), np.zeros(arch.width)
    key[::size], bias[::size] = sought.T, math.sqrt(size)
    return key, {"query.weight": np.zeros((arch.width, arch.width)), "query.bias": bias}


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
