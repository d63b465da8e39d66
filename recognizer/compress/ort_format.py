"""ONNX Runtime's own file format, and the list of operators that a runtime built for one model would need."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import onnxruntime

from recognizer.compress.graph import by_tool, quiet


def to_ort(model: bytes) -> bytes:
    """The same model in the ORT format (a flatbuffer): no protobuf to parse, operators already fused.

    Weights that are stored small stay small, so they are widened for every clip and not once: nothing is optimised
    when such a file is loaded.
    """
    return by_tool(_save, model)


def required_operators(models: Iterable[bytes]) -> str:
    """Operators, opsets and types that the ORT-format `models` use, as ONNX Runtime's build reads them.

    `build.sh --include_ops_by_config FILE --enable_reduced_operator_type_support --minimal_build` makes a runtime
    without the rest.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, content in enumerate(models):
            paths.append(Path(folder, f"{number}.ort"))
            paths[-1].write_bytes(content)
        config = Path(folder, "required_operators.config")
        with quiet():
            from onnxruntime.tools.ort_format_model import create_config_from_models

            create_config_from_models(paths, config, enable_type_reduction=True)
        lines = config.read_text().splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith("#"))


def _save(source: Path, target: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(target)
    options.add_session_config_entry("session.save_model_format", "ORT")
    # The "all" level may pick layouts of this very CPU; "extended" runs everywhere.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    onnxruntime.InferenceSession(
        str(source), options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"]
    )
