"""Reading and writing bundles: what is damaged is refused, in one sentence."""

import hashlib
import json
import subprocess
import sys

import pytest

from recognizer import bundle, bundle_writer
from recognizer.errors import BundleError

from .conftest import LABELS


def edit(written, **changes):
    path = written.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def refusal(folder) -> str:
    with pytest.raises(BundleError) as caught:
        bundle.load(folder)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and str(folder) in message
    return message


def test_a_written_bundle_loads_with_its_hashes_labels_and_keypoints(written):
    loaded = bundle.load(written.folder)
    assert loaded.labels == LABELS
    assert len(loaded.keypoints) == 54
    for name in ("model.onnx", "model.int8.onnx", "model.ort"):
        content = (written.folder / name).read_bytes()
        assert loaded.model(name).sha256 == hashlib.sha256(content).hexdigest()
    assert loaded.model().path.name == loaded.default_file


def test_a_changed_byte_is_refused(written):
    path = written.folder / "model.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "SHA-256" in refusal(written.folder)


def test_a_truncated_model_is_refused(written):
    path = written.folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    assert "bytes" in refusal(written.folder)


def test_a_missing_model_is_refused(written):
    (written.folder / "model.ort").unlink()
    assert "model.ort" in refusal(written.folder)


def test_a_folder_without_manifest_is_no_bundle(tmp_path):
    assert "no manifest.json" in refusal(tmp_path)
    assert "no manifest.json" in refusal(tmp_path / "absent")


@pytest.mark.parametrize("text", ["{", "[]", "\xff", '"manifest"'])
def test_a_manifest_that_is_not_a_json_object_is_refused(written, text):
    (written.folder / "manifest.json").write_bytes(text.encode("latin-1"))
    refusal(written.folder)


def test_a_manifest_of_another_version_is_refused(written):
    edit(written, schema_version=2)
    assert "schema_version 2" in refusal(written.folder)


@pytest.mark.parametrize("field", ["labels", "keypoints", "input", "output", "files", "default_file"])
def test_a_manifest_without_a_field_names_it(written, field):
    path = written.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest[field]
    path.write_text(json.dumps(manifest))
    assert field in refusal(written.folder)


@pytest.mark.parametrize("changes", [{"files": []}, {"input": None}, {"labels": 3}, {"files": {"model.onnx": 1}}])
def test_a_field_of_the_wrong_type_is_refused(written, changes):
    edit(written, **changes)
    refusal(written.folder)


def test_a_default_file_that_the_bundle_lacks_is_refused(written):
    edit(written, default_file="other.onnx")
    assert "other.onnx" in refusal(written.folder)


def test_a_file_outside_the_folder_is_refused(written):
    (written.folder.parent / "outside.onnx").write_bytes(b"")
    edit(written, files={"../outside.onnx": {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}})
    assert "outside" in refusal(written.folder)


def test_a_model_with_external_data_is_refused(written):
    import onnx

    path = written.folder / "model.onnx"
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    content = path.read_bytes()
    files = written.manifest["files"] | {
        "model.onnx": {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "precision": "float32",
        }
    }
    edit(written, files=files)
    assert "outside the file" in refusal(written.folder)


def test_asking_for_an_unknown_file_names_the_known_ones(written):
    with pytest.raises(BundleError, match=r"model\.int8\.onnx, model\.onnx, model\.ort"):
        written.model("other.onnx")


def test_writing_replaces_a_bundle_and_leaves_nothing_beside_it(written, model_files, random_model):
    bundle_writer.write(
        written.folder,
        arch=random_model.arch,
        labels=LABELS,
        models={"model.onnx": model_files["model.onnx"]},
        provenance={},
        training={},
        accuracy=[],
    )
    assert {path.name for path in written.folder.iterdir()} == {"manifest.json", "model.onnx"}
    assert [path.name for path in written.folder.parent.iterdir()] == ["tiny"]


def test_writing_never_replaces_a_folder_that_is_no_bundle(tmp_path, model_files, random_model):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BundleError, match="something else"):
        bundle_writer.write(
            tmp_path,
            arch=random_model.arch,
            labels=LABELS,
            models=model_files,
            provenance={},
            training={},
            accuracy=[],
        )
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_reading_a_bundle_imports_the_standard_library_only():
    program = "import sys, recognizer.bundle; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    foreign = set(loaded.stdout.split()) - set(sys.stdlib_module_names) - {"recognizer", "__main__"}
    assert not foreign
