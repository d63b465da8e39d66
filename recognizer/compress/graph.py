"""What the variants share: which layers there are to shrink, and ONNX Runtime's file-to-file tools."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onnx import GraphProto, ModelProto, NodeProto, TensorProto

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
    linear = {node.output[0] for node in linear_layers(graph)}
    return [node for node in linear_layers(graph) if not linear & {v for n in before(graph, [node]) for v in n.output}]


def before(graph: GraphProto, nodes: list[NodeProto]) -> list[NodeProto]:
    """All nodes that `nodes` depend on, without these."""
    wanted = {name for node in nodes for name in node.input}
    found = []
    for node in reversed(graph.node):
        if wanted & set(node.output) and node not in nodes:
            wanted |= set(node.input)
            found.append(node)
    return found[::-1]


def output_axis(layer: NodeProto) -> int:
    """Which axis of a linear layer's matrix counts its outputs."""
    transposed = any(attribute.name == "transB" and attribute.i for attribute in layer.attribute)
    return 0 if transposed else 1


def by_tool(tool: Callable[[Path, Path], object], model: ModelProto | bytes) -> bytes:
    """Runs one of ONNX Runtime's file-to-file tools, without its remarks, on `model`."""
    content = model if isinstance(model, bytes) else model.SerializeToString()
    with tempfile.TemporaryDirectory() as folder, _quiet():
        source, target = Path(folder, "source.onnx"), Path(folder, "target.onnx")
        source.write_bytes(content)
        tool(source, target)
        return target.read_bytes()


@contextmanager
def _quiet() -> Iterator[None]:
    """The tools log to the root logger, and advise a preparation that the exporter has already done."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


def _is_matrix(stored: TensorProto | None) -> bool:
    return stored is not None and stored.data_type == TensorProto.FLOAT and len(stored.dims) == 2
