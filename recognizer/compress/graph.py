"""What the variants share: which layers there are to shrink, and ONNX Runtime's file-to-file tools."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onnx import GraphProto, NodeProto, TensorProto

LINEAR = ("Gemm", "MatMul")


def constants(graph: GraphProto) -> dict[str, TensorProto]:
    """The graph's stored tensors by name."""
    return {tensor.name: tensor for tensor in graph.initializer}


def linear_layers(graph: GraphProto) -> list[NodeProto]:
    """The nodes that multiply by a stored float matrix, in the order of the graph."""
    stored = constants(graph)
    return [node for node in graph.node if node.op_type in LINEAR and _is_matrix(stored.get(node.input[1]))]


def coordinate_layers(graph: GraphProto) -> list[NodeProto]:
    """The linear layers that no other linear layer comes before: they read coordinates, or the time, themselves."""
    layers = linear_layers(graph)
    linear = {layer.output[0] for layer in layers}
    return [
        layer for layer in layers if not linear & {name for n in _before(graph, {layer.input[0]}) for name in n.output}
    ]


def preprocessing_constants(graph: GraphProto) -> set[str]:
    """Names of the stored tensors that are read before the coordinate layers."""
    wanted = {layer.input[0] for layer in coordinate_layers(graph)}
    return {name for node in _before(graph, wanted) for name in node.input} & set(constants(graph))


def _before(graph: GraphProto, wanted: set[str]) -> list[NodeProto]:
    """The nodes that the values `wanted` come from."""
    wanted, found = set(wanted), []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted |= set(node.input)
            found.append(node)
    return found


def output_axis(layer: NodeProto) -> int:
    """Which axis of a linear layer's matrix counts its outputs."""
    transposed = any(attribute.name == "transB" and attribute.i for attribute in layer.attribute)
    return 0 if transposed else 1


def by_tool(tool: Callable[[Path, Path], object], model: bytes) -> bytes:
    """Runs one of ONNX Runtime's file-to-file tools, without its remarks, on `model`."""
    with tempfile.TemporaryDirectory() as folder, quiet():
        source, target = Path(folder, "source.onnx"), Path(folder, "target.onnx")
        source.write_bytes(model)
        tool(source, target)
        return target.read_bytes()


@contextmanager
def quiet() -> Iterator[None]:
    """ONNX Runtime's tools set the root logger up as they are imported, and remark on preparations already made."""
    root = logging.getLogger()
    before = root.level, root.handlers[:], logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        root.level, root.handlers = before[0], before[1]
        logging.disable(before[2])


def _is_matrix(stored: TensorProto | None) -> bool:
    return stored is not None and stored.data_type == TensorProto.FLOAT and len(stored.dims) == 2
