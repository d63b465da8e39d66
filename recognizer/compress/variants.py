"""The smaller variants of an exported model. Each is a function from the bytes of one ONNX file to those of another.

In all of them the layers that read coordinates keep float activations and float16 weights. An 8-bit grid over the whole
signing space blurs a hand's shape; and a hand is read as the difference of its points and its wrist, each of them far
from the origin, so that the errors of 8-bit weights do not cancel as the weights do.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import onnx
from onnx import ModelProto
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.onnx_model import ONNXModel

from recognizer.compress.graph import (
    LINEAR,
    by_tool,
    coordinate_layers,
    linear_layers,
    preprocessing_constants,
    quiet,
)
from recognizer.compress.stored import store_half, store_int8
from recognizer.compress.tidy import tidy
from recognizer.export import INPUT

WITHOUT_ORT = ("int4-weights",)
"""ONNX Runtime's own format has no 4-bit tensors."""

Variant = Callable[[bytes], bytes]

CALIBRATION_CLIPS = 100
INT4_BLOCK = 32
"""Weights that share a scale."""


def variants(calibration: Sequence[np.ndarray]) -> dict[str, Variant]:
    """Every variant by name. `calibration`: some of the training clips, float32 [frames, 54, 2] each."""
    return {
        "int8": to_int8,
        "int8-static": partial(to_static_int8, calibration=calibration),
        "int8-weights": to_int8_weights,
        "int4-weights": to_int4_weights,
        "float16-weights": to_float16_weights,
    }


def to_int8(model: bytes) -> bytes:
    """Dynamic quantisation: int8 weights per output channel, activations quantised as they come (no calibration)."""
    coordinates = coordinate_layers(onnx.load_from_string(model).graph)
    # The quantiser turns a Gemm into a MatMul of this name before it looks at the exclusions.
    excluded = [f"{node.name}_MatMul" if node.op_type == "Gemm" else node.name for node in coordinates]
    quantised = by_tool(
        partial(quantize_dynamic, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=excluded), model
    )
    return _store_the_rest(onnx.load_from_string(quantised))


def to_static_int8(model: bytes, calibration: Sequence[np.ndarray]) -> bytes:
    """Static quantisation: as `to_int8`, but the activations' ranges are those met on `calibration`.

    Written with QuantizeLinear and DequantizeLinear, which are standard; ONNX Runtime turns them into integer kernels.
    Activations are uint8: with int8 ones WebAssembly has no fast kernel. The last layer keeps float activations, too:
    its outputs are the logits, and 256 levels would make ties of near misses.
    """
    graph = onnx.load_from_string(model).graph
    excluded = [node.name for node in (*coordinate_layers(graph), linear_layers(graph)[-1])]
    quantised = by_tool(
        lambda source, target: quantize_static(
            source,
            target,
            _Clips(calibration),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=list(LINEAR),
            nodes_to_exclude=excluded,
        ),
        model,
    )
    return _store_the_rest(onnx.load_from_string(quantised))


def to_int8_weights(model: bytes) -> bytes:
    """int8 weights, widened to float32 when the session is made; every activation stays float32."""
    loaded = onnx.load_from_string(model)
    coordinates = coordinate_layers(loaded.graph)
    store_int8(loaded.graph, [layer for layer in linear_layers(loaded.graph) if layer not in coordinates])
    return _store_the_rest(loaded)


def to_int4_weights(model: bytes) -> bytes:
    """4-bit weights in blocks of `INT4_BLOCK`, activations float32; opset 21, the first with a 4-bit type.

    ONNX Runtime fuses each DequantizeLinear and MatMul into its MatMulNBits kernel when the session is made.
    """
    loaded = ONNXModel(onnx.version_converter.convert_version(onnx.load_from_string(model), 21))
    loaded.replace_gemm_with_matmul()
    excluded = [node.name for node in coordinate_layers(loaded.graph())]
    with quiet():
        from onnxruntime.quantization import matmul_nbits_quantizer as nbits

        config = nbits.DefaultWeightOnlyQuantConfig(
            block_size=INT4_BLOCK, is_symmetric=True, quant_format=QuantFormat.QDQ, bits=4
        )
        quantiser = nbits.MatMulNBitsQuantizer(loaded.model, nodes_to_exclude=excluded, algo_config=config)
        quantiser.process()
    return _store_the_rest(quantiser.model.model)


def to_float16_weights(model: bytes) -> bytes:
    """float16 weights, widened to float32 when the session is made."""
    return _store_the_rest(onnx.load_from_string(model))


def _store_the_rest(model: ModelProto) -> bytes:
    """What is still float32, but for the preprocessing: as float16."""
    store_half(model.graph, but=preprocessing_constants(model.graph))
    return tidy(model)


class _Clips(CalibrationDataReader):
    def __init__(self, clips: Sequence[np.ndarray]) -> None:
        self._rest: Iterator[np.ndarray] = iter(clips)

    def get_next(self) -> dict[str, np.ndarray] | None:
        clip = next(self._rest, None)
        return None if clip is None else {INPUT: clip}
