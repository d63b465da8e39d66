"""From a trained SPOTER to one ONNX graph, dynamic in the number of frames and proven against PyTorch."""

import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from recognizer import keypoints as kp
from recognizer.errors import ExportError
from recognizer.preprocess import NEUTRAL
from recognizer.spoter import Spoter

OPSET = 20
INPUT, OUTPUT = "keypoints", "logits"
MIN_FRAMES, MAX_FRAMES = kp.MIN_FRAMES, kp.MAX_FRAMES
PROBED_FRAMES = (1, 2, 3, 10, 29, 70, 150, 300)
TOLERANCE = 1e-4


def to_onnx(model: Spoter) -> bytes:
    """The model as ONNX: `keypoints` float32 [frames, 54, 2] -> `logits` float32 [classes].

    Raises ExportError if ONNX Runtime and PyTorch differ by more than `TOLERANCE` on any of `PROBED_FRAMES`.
    """
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        exported, optimised = Path(folder, "exported.onnx"), Path(folder, "optimised.onnx")
        _export(model, exported)
        _optimise(exported, optimised)
        content = _strip(onnx.load(optimised)).SerializeToString()
    prove_equal(content, model)
    return content


def prove_equal(content: bytes, model: Spoter) -> None:
    """Raises ExportError unless ONNX Runtime computes what PyTorch does, over many lengths and missing points."""
    session = single_threaded_session(content)
    rng = np.random.default_rng(0)
    for frames in PROBED_FRAMES:
        keypoints = _somebody(frames, rng)
        with torch.inference_mode():
            expected = model(torch.from_numpy(keypoints)).numpy()
        gap = np.abs(session.run([OUTPUT], {INPUT: keypoints})[0] - expected).max()
        if not gap <= TOLERANCE:
            raise ExportError(f"At {frames} frames the exported logits differ by {gap:.1e} (> {TOLERANCE}).")


def _somebody(frames: int, rng: np.random.Generator) -> np.ndarray:
    """A restless person of whom a tenth of the points, and at first the left hand, are missing."""
    keypoints = np.zeros((frames, kp.COUNT, 2))
    for name, place in NEUTRAL.items():
        keypoints[:, kp.INDEX[name]] = place
    keypoints = 0.5 + 0.2 * (keypoints + rng.normal(0, 0.1, keypoints.shape))
    keypoints[rng.uniform(size=(frames, kp.COUNT)) < 0.1] = np.nan
    keypoints[: frames // 2, kp.LEFT_HAND] = np.nan
    return keypoints.astype(np.float32)


def single_threaded_session(model: bytes | str) -> onnxruntime.InferenceSession:
    """A CPU session whose results and timing do not depend on the number of cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _export(model: Spoter, path: Path) -> None:
    # torch.export treats 0 and 1 as constants, so the axis is declared from 2; `prove_equal` shows that 1 works.
    frames = torch.export.Dim("frames", min=2, max=MAX_FRAMES)
    for chatty in ("torch.onnx", "onnxscript"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (torch.rand(24, kp.COUNT, 2),),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: frames},),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    program.save(path, external_data=False)


def _optimise(source: Path, target: Path) -> None:
    """Folds constants and removes redundant nodes; "basic" stays within standard ONNX, so any runtime can load it."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _strip(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drops what no runtime reads (the exporter's traces are a sixth of the file) and the unused operator sets."""
    for item in (*model.graph.node, *model.graph.input, *model.graph.output, model.graph):
        item.ClearField("metadata_props")
        item.ClearField("doc_string")
    model.graph.ClearField("value_info")
    used = {node.domain for node in model.graph.node}
    if used != {""}:
        raise ExportError(f"The graph uses operators outside ONNX ({', '.join(used)}): a browser may lack them.")
    opsets = [entry for entry in model.opset_import if entry.domain in used]
    model.ClearField("opset_import")
    model.opset_import.extend(opsets)
    onnx.checker.check_model(model, full_check=True)
    return model
