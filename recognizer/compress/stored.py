"""Weights stored small and used as float32: the file shrinks, the arithmetic stays what it was.

A small tensor is followed by standard operators that widen it again. They read nothing but constants, so ONNX Runtime
runs them once, when it makes the session. It would not do so with a `DequantizeLinear`: that one it keeps, and runs for
every clip.
"""

from collections.abc import Iterable

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from recognizer.compress import graph as graphs

SMALLEST_HALVED = 64
"""Values. Below this, the node that widens a float16 tensor takes more bytes than it saves."""


def store_int8(graph: GraphProto, layers: Iterable[NodeProto]) -> None:
    """The matrices of `layers` as symmetric int8, one float16 scale per row or per column, whichever errs less."""
    for layer in layers:
        name = layer.input[1]
        values = numpy_helper.to_array(graphs.constants(graph)[name])
        steps, scale = min((_quantised(values, axis) for axis in (0, 1)), key=lambda stored: _error(values, *stored))
        _replace(
            graph,
            name,
            [numpy_helper.from_array(steps, f"{name}.int8"), numpy_helper.from_array(scale, f"{name}.scale")],
            [
                _widen(f"{name}.int8", f"{name}.steps"),
                _widen(f"{name}.scale", f"{name}.step"),
                helper.make_node("Mul", [f"{name}.steps", f"{name}.step"], [name]),
            ],
        )


def _quantised(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 steps and their float16 size, rounded to nearest; `axis` is what a scale is shared along."""
    largest = np.abs(values).max(axis=axis, keepdims=True)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float16)
    return np.clip(np.rint(values / scale.astype(np.float32)), -127, 127).astype(np.int8), scale


def _error(values: np.ndarray, steps: np.ndarray, scale: np.ndarray) -> float:
    return float(np.square(steps * scale.astype(np.float32) - values).sum())


def store_half(graph: GraphProto, but: set[str]) -> None:
    """The float32 tensors that remain as float16, except for those named in `but` and the very small ones."""
    for name, stored in graphs.constants(graph).items():
        values = numpy_helper.to_array(stored)
        if stored.data_type != TensorProto.FLOAT or values.size < SMALLEST_HALVED or name in but:
            continue
        if np.abs(values).max() <= np.finfo(np.float16).max:
            half = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
            _replace(graph, name, [half], [_widen(half.name, name)])


def _replace(graph: GraphProto, name: str, tensors: list[TensorProto], nodes: list[NodeProto]) -> None:
    """Puts `tensors`, and the `nodes` that compute it from them, in place of the stored tensor `name`."""
    graph.initializer.remove(graphs.constants(graph)[name])
    graph.initializer.extend(tensors)
    others = list(graph.node)
    graph.ClearField("node")
    graph.node.extend([*nodes, *others])


def _widen(source: str, target: str) -> NodeProto:
    return helper.make_node("Cast", [source], [target], to=TensorProto.FLOAT)
