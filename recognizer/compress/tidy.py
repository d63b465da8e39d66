"""The same graph in fewer bytes: equal constants once, no zero points of 0, names of one or two letters, no remarks.

Of a 1C-128FF in int8, names and node labels would otherwise be a twentieth of the file.
"""

import itertools
import string

import onnx
from onnx import GraphProto, ModelProto


def tidy(model: ModelProto) -> bytes:
    """`model`, checked and serialised; its inputs and outputs keep their names."""
    graph = model.graph
    _drop_zero_points(graph)
    _share_equal_constants(graph)
    _shorten_names(graph)
    for item in (*graph.node, graph):
        item.ClearField("doc_string")
        item.ClearField("metadata_props")
    graph.ClearField("value_info")
    for field in ("metadata_props", "producer_name", "producer_version"):
        model.ClearField(field)
    used = {node.domain for node in graph.node}
    opsets = [entry for entry in model.opset_import if entry.domain in used]
    model.ClearField("opset_import")
    model.opset_import.extend(opsets)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _drop_zero_points(graph: GraphProto) -> None:
    """Of weights that are symmetric: where none is given, it is 0."""
    zeros = {stored.name for stored in graph.initializer if not onnx.numpy_helper.to_array(stored).any()}
    for node in graph.node:
        if node.op_type == "MatMulInteger" and len(node.input) == 4 and node.input[3] in zeros:
            node.input.pop()
    read = {name for node in graph.node for name in node.input}
    for stored in list(graph.initializer):
        if stored.name not in read:
            graph.initializer.remove(stored)


def _share_equal_constants(graph: GraphProto) -> None:
    first, same = {}, {}
    for stored in list(graph.initializer):
        content = (stored.data_type, tuple(stored.dims), onnx.numpy_helper.to_array(stored).tobytes())
        if content in first:
            same[stored.name] = first[content]
            graph.initializer.remove(stored)
        else:
            first[content] = stored.name
    for node in graph.node:
        for position, name in enumerate(node.input):
            node.input[position] = same.get(name, name)


def _shorten_names(graph: GraphProto) -> None:
    public = {value.name for value in (*graph.input, *graph.output)}
    letters = string.ascii_letters
    unused = itertools.chain(letters, map("".join, itertools.product(letters, repeat=2)))
    short = {"": "", **{name: name for name in public}}
    for node in graph.node:
        node.ClearField("name")
        for names in (node.input, node.output):
            for position, name in enumerate(names):
                if name not in short:
                    short[name] = next(name for name in unused if name not in public)
                names[position] = short[name]
    for stored in graph.initializer:
        stored.name = short[stored.name]
