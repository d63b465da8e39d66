"""Smaller and faster-loading variants of an exported model: int8 weights, and ONNX Runtime's own format."""

import logging
import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic


def to_int8(model: bytes) -> bytes:
    """Dynamic quantisation: int8 weights per output channel, activations quantised as they come (no calibration).

    The layers that read coordinates stay float: an 8-bit grid over the whole signing space blurs a hand's shape.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        source.write_bytes(model)
        logging.getLogger().setLevel(logging.ERROR)
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=_layers_of_coordinates(onnx.load_from_string(model)),
        )
        return target.read_bytes()


def to_ort(model: bytes) -> bytes:
    """The same float32 graph in the ORT format (a flatbuffer): no protobuf to parse, graph already optimised."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "model.ort")
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = str(target)
        options.add_session_config_entry("session.save_model_format", "ORT")
        # The "all" level may pick layouts of this very CPU; "extended" runs everywhere.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.log_severity_level = 3
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return target.read_bytes()


def _layers_of_coordinates(model: onnx.ModelProto) -> list[str]:
    """Names of the linear layers before the first attention: they embed the frame and its phase.

    The published model has none: its attention reads the coordinates.
    """
    nodes = list(model.graph.node)
    adds = (node for node in nodes if node.op_type == "Add")
    first_add = next((add for add in adds if {"Gemm"} == {_producer(nodes, name) for name in add.input}), None)
    if first_add is None:
        return []
    # The quantiser turns a Gemm into a MatMul of this name before it looks at the exclusions.
    return [f"{node.name}_MatMul" for node in nodes if set(node.output) & set(first_add.input)]


def _producer(nodes: list[onnx.NodeProto], value: str) -> str | None:
    return next((node.op_type for node in nodes if value in node.output), None)
