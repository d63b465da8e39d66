"""The smaller variants answer as the float model does, in both runtimes, and are as small as promised."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import typer
from onnx import numpy_helper
from typer.testing import CliRunner

from recognizer import bundle, bundle_writer, datasets, evaluate, export, paired, splits
from recognizer import keypoints as kp
from recognizer.compress import commands, comparison, graph, ort_format, runtimes
from recognizer.compress.stored import store_half, store_int8
from recognizer.compress.tidy import tidy
from recognizer.compress.variants import WITHOUT_ORT, to_int8, variants
from recognizer.errors import ExportError, RuntimeMissing
from recognizer.recipes import RECIPES
from recognizer.spoter import Architecture, Spoter

ROOT = Path(__file__).parents[2]
WORDS = ROOT.parent / "shared" / "data" / "asl_words" / "asl_words.npz"
VARIANTS = tuple(variants(()))
FILES = [
    f"model.{name}.{form}" for name in VARIANTS for form in ("onnx", "ort") if (name, form) != ("int4-weights", "ort")
]
GAPS = {"float16-weights": 0.01, "int8": 0.1, "int8-weights": 0.1, "int8-static": 0.5, "int4-weights": 0.5}
"""Largest difference of a logit from the float model's, in standard deviations of these."""


@pytest.fixture(scope="module")
def clips():
    """People made of noise: worse for a quantised model than any that it was calibrated on."""
    rng = np.random.default_rng(5)
    people = [rng.uniform(0, 1, (frames, kp.COUNT, 2)).astype(np.float32) for frames in (1, 12, 70, 300)]
    people[2][20:40, kp.RIGHT_HAND] = np.nan
    return people


@pytest.fixture(scope="module")
def made(model_files, clips):
    return comparison.make(model_files["model.onnx"], clips)


@pytest.fixture(scope="module")
def in_wasm(made, clips):
    """Every file under WebAssembly, in one Node.js."""
    try:
        return runtimes.wasm(made, clips, runs=20, warmup=0)
    except RuntimeMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("file", FILES)
def test_a_variant_answers_nearly_as_the_float_model(made, clips, file):
    native = runtimes.native({name: made[name] for name in ("model.onnx", file)}, clips, runs=0)
    reference = native["model.onnx"].logits
    gap = np.abs(native[file].logits - reference).max() / reference.std()
    assert 0 < gap < GAPS[file.split(".")[1]]


@pytest.mark.parametrize("file", ["model.onnx", "model.ort", *FILES])
def test_every_file_computes_the_same_under_webassembly(made, in_wasm, clips, file):
    native = runtimes.native({file: made[file]}, clips, runs=0)[file]
    # Their kernels round activations, and on the edge of a step one runtime may go up and the other down.
    tolerance = 0.1 if "int8-static" in file or "int4" in file else 1e-3
    np.testing.assert_allclose(in_wasm[file].logits, native.logits, atol=tolerance)
    assert len(in_wasm[file].ms) == 20 and (in_wasm[file].ms > 0).all()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("frames", [1, 40])
def test_a_clip_without_a_person_gets_finite_logits(made, file, frames):
    nobody = np.full((frames, kp.COUNT, 2), np.nan, dtype=np.float32)
    assert np.isfinite(runtimes.native({file: made[file]}, [nobody], runs=0)[file].logits).all()


def test_at_the_shipped_size_int8_takes_a_third_and_int4_a_fifth(made):
    size = {name: len(content) for name, content in made.items()}
    assert size["model.int8.onnx"] <= 170_000
    assert size["model.onnx"] >= 3.4 * size["model.int8.onnx"]
    assert size["model.onnx"] >= 5 * size["model.int4-weights.onnx"]


def test_at_2048_feed_forward_units_int8_is_at_least_3_5_times_smaller():
    model = export.to_onnx(Spoter(Architecture(classes=16, feed_forward=2048)))
    assert len(model) >= 3.5 * len(to_int8(model))


def test_the_paired_test_sees_no_accuracy_lost_to_int8():
    if not WORDS.exists():
        pytest.skip("needs ../shared/data/asl_words")
    shipped = bundle.load(ROOT / "models" / "default").model(comparison.FLOAT).path.read_bytes()
    test = splits.by_session(datasets.load(WORDS)).test
    before, after = (evaluate.score(content, test).rank < 1 for content in (shipped, to_int8(shipped)))
    assert paired.compare(before, after).p > 0.05


@pytest.mark.parametrize("file", [f"model.{name}.onnx" for name in VARIANTS])
def test_a_variant_is_standard_onnx_and_keeps_its_input_and_output(made, file):
    model = onnx.load_from_string(made[file])
    onnx.checker.check_model(model, full_check=True)
    assert {node.domain for node in model.graph.node} == {""}
    assert [value.name for value in (*model.graph.input, *model.graph.output)] == [export.INPUT, export.OUTPUT]


@pytest.mark.parametrize("file", [f"model.{name}.onnx" for name in VARIANTS])
def test_what_the_preprocessing_knows_is_stored_to_the_last_bit(made, model_files, file):
    before = onnx.load_from_string(model_files["model.onnx"]).graph
    known = graph.preprocessing_constants(before)
    stored = {numpy_helper.to_array(kept).tobytes() for kept in onnx.load_from_string(made[file]).graph.initializer}
    assert "preprocess.neutral" in known
    for name in known:
        assert numpy_helper.to_array(graph.constants(before)[name]).tobytes() in stored


def test_the_layers_of_coordinates_are_those_that_read_no_other_layer(model_files):
    ours = onnx.load_from_string(model_files["model.onnx"]).graph
    assert len(graph.coordinate_layers(ours)) == 2 < len(graph.linear_layers(ours))
    torch.manual_seed(0)
    published = RECIPES["published"]
    model = published.model(published.architecture(classes=3, layers=1, feed_forward=8)).eval()
    assert 1 <= len(graph.coordinate_layers(onnx.load_from_string(export.to_onnx(model)).graph)) <= 3


def test_stored_as_int8_a_weight_moves_by_at_most_half_a_step(model_files):
    model = onnx.load_from_string(model_files["model.onnx"])
    layer = graph.linear_layers(model.graph)[3]
    name = layer.input[1]
    before = numpy_helper.to_array(graph.constants(model.graph)[name])
    store_int8(model.graph, [layer])
    after = graph.constants(model.graph)
    step = numpy_helper.to_array(after[f"{name}.scale"]).astype(np.float32)
    moved = np.abs(numpy_helper.to_array(after[f"{name}.int8"]) * step - before)
    # float16 rounds the step by up to 1/2048, which the largest weights see 127 times.
    assert (moved <= step * (0.5 + 127 / 2048)).all()


def test_a_tensor_that_float16_cannot_hold_stays_float32(model_files):
    model = onnx.load_from_string(model_files["model.onnx"])
    bias = next(kept for kept in model.graph.initializer if kept.name.endswith("expand.bias"))
    values = numpy_helper.to_array(bias).copy()
    values[0] = 1e6
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    name = bias.name
    store_half(model.graph, but=set())
    assert graph.constants(model.graph)[name].data_type == onnx.TensorProto.FLOAT


def test_tidying_changes_the_bytes_and_not_the_answer(model_files, clips):
    model = onnx.load_from_string(model_files["model.onnx"])
    tidied = tidy(model)
    assert len(tidied) < len(model_files["model.onnx"])
    runs = runtimes.native({"before": model_files["model.onnx"], "after": tidied}, clips, runs=0)
    np.testing.assert_array_equal(runs["after"].logits, runs["before"].logits)


def test_the_operator_list_names_what_the_files_use_with_their_types(made):
    operators = ort_format.required_operators([made["model.ort"], made["model.int8.ort"]])
    lines = {tuple(line.split(";")[:2]): line for line in operators.splitlines()}
    assert "DynamicQuantizeMatMul" in lines["com.microsoft", "1"]
    assert 'IsNaN{"inputs": {"0": ["float"]}}' in lines["ai.onnx", "20"]
    assert "DynamicQuantize" not in ort_format.required_operators([made["model.ort"]])


def test_a_file_that_webassembly_cannot_run_is_named(made, in_wasm, clips):
    with pytest.raises(ExportError, match=r"broken\.onnx does not run under WebAssembly"):
        runtimes.wasm({"broken.onnx": made["model.onnx"][:-100]}, clips[:1], runs=0, warmup=0)


def test_native_runs_are_timed_one_by_one(made, clips):
    timed = runtimes.native({"a": made["model.onnx"], "b": made["model.int8.onnx"]}, clips[1:2], runs=25, warmup=0)
    assert {name: run.ms.shape for name, run in timed.items()} == {"a": (25,), "b": (25,)}
    assert all((run.ms > 0).all() and run.load > 0 for run in timed.values())


class TestCommand:
    @pytest.fixture
    def toy_bundle(self, tmp_path, toy, random_model, model_files):
        return bundle_writer.write(
            tmp_path / "toy",
            arch=random_model.arch,
            labels=(*toy.labels, "neither"),
            models={"model.onnx": model_files["model.onnx"]},
            provenance={},
            training={},
            accuracy=[],
        )

    def run(self, *arguments):
        app = typer.Typer()
        app.command()(commands.compress)
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    def test_every_variant_is_written_and_compared(self, toy_bundle, toy_file, tmp_path, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda _: None)
        out = tmp_path / "out"
        result = self.run("--data", toy_file, "--bundle", toy_bundle.folder, "--out", out, "--runs", 10)
        assert result.exit_code == 0, result.output
        report = json.loads((out / "compression.json").read_text())
        assert {row["file"] for row in report["rows"]} == {"model.onnx", "model.ort", *FILES}
        for row in report["rows"]:
            assert row["bytes"] == (out / row["file"]).stat().st_size
            assert row["n"] == 24 and len(row["native"]["ms"]) == 10 and row["wasm"] is None
        assert "Node.js is not on the PATH" in result.output
        operators = {path.name.removesuffix(".required_operators.config") for path in out.glob("*.config")}
        assert operators == {path.stem for path in out.glob("*.ort")}

    def test_a_bundle_without_its_float_model_is_one_sentence(self, toy_bundle, toy_file, tmp_path):
        (toy_bundle.folder / "model.onnx").unlink()
        result = self.run("--data", toy_file, "--bundle", toy_bundle.folder, "--out", tmp_path / "out")
        assert result.exit_code == 2 and result.output.count("\n") == 1
        assert not (tmp_path / "out").exists()


def test_the_4_bit_file_has_no_ort_form(made):
    assert WITHOUT_ORT == ("int4-weights",)
    with pytest.raises(Exception, match="data type"):
        runtimes.native({"int4": ort_format.to_ort(made["model.int4-weights.onnx"])}, [], runs=0, warmup=0)
