"""The exported files compute what the trained model does."""

import numpy as np
import onnx
import pytest
import torch

from recognizer import export
from recognizer import keypoints as kp
from recognizer.errors import ExportError
from recognizer.spoter import Architecture, Spoter

LENGTHS = [1, 2, 3, 7, 20, 48, 70, 144, 299, 300]


def run(session, keypoints):
    return session.run(["logits"], {"keypoints": keypoints})[0]


@pytest.mark.parametrize("file", ["model.onnx", "model.ort"])
@pytest.mark.parametrize("frames", LENGTHS)
def test_float_files_agree_with_pytorch_at_every_length(sessions, random_model, signer, file, frames):
    keypoints = signer(frames)
    with torch.inference_mode():
        expected = random_model(torch.from_numpy(keypoints)).numpy()
    np.testing.assert_allclose(run(sessions[file], keypoints), expected, atol=1e-4)


@pytest.mark.parametrize("file", ["model.onnx", "model.int8.onnx", "model.ort"])
@pytest.mark.parametrize("frames", [1, 40, 300])
def test_a_clip_without_a_person_gets_finite_logits(sessions, file, frames):
    nobody = np.full((frames, kp.COUNT, 2), np.nan, dtype=np.float32)
    assert np.isfinite(run(sessions[file], nobody)).all()


def test_int8_mostly_agrees_on_the_answer(sessions, signer):
    clips = [signer(frames) for frames in range(5, 65)]
    answers = {name: [run(session, clip).argmax() for clip in clips] for name, session in sessions.items()}
    assert np.mean(np.equal(answers["model.onnx"], answers["model.int8.onnx"])) >= 0.9


def test_int8_is_a_third_of_the_size_and_keeps_float_where_coordinates_enter(model_files):
    assert len(model_files["model.int8.onnx"]) < 0.4 * len(model_files["model.onnx"])
    nodes = onnx.load_from_string(model_files["model.int8.onnx"]).graph.node
    first_product = next(node for node in nodes if node.op_type in ("MatMul", "Gemm", "MatMulInteger"))
    assert first_product.op_type != "MatMulInteger"


def test_the_graph_is_standard_onnx_with_one_dynamic_axis(model_files):
    model = onnx.load_from_string(model_files["model.onnx"])
    assert {node.domain for node in model.graph.node} == {""}
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", export.OPSET)]
    axes = [axis.dim_param or axis.dim_value for axis in model.graph.input[0].type.tensor_type.shape.dim]
    assert axes == ["frames", 54, 2]


def test_a_model_that_computes_something_else_is_refused(model_files):
    torch.manual_seed(4)
    other = Spoter(Architecture(classes=3)).eval()
    with pytest.raises(ExportError, match="differ"):
        export.prove_equal(model_files["model.onnx"], other)
