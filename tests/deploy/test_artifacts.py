"""What is uploaded: the same bytes for the same content, and only what belongs there."""

import io
import json
import shutil
import tarfile
import zipfile

import pytest

from infra.deploy import artifacts
from infra.deploy.settings import ROOT
from recognizer.bundle import BundleError

SHIPPED = ROOT / "models" / "default"


def test_the_function_is_its_own_folder_and_nothing_else():
    names = zipfile.ZipFile(io.BytesIO(artifacts.function_zip().body)).namelist()
    assert "lambda_proxy/handler.py" in names
    assert all(name.startswith("lambda_proxy/") and name.endswith(".py") for name in names)


def test_the_same_content_has_the_same_name_and_bytes(tmp_path):
    copy = tmp_path / "lambda_proxy"
    shutil.copytree(ROOT / "lambda_proxy", copy)
    assert artifacts.function_zip(copy) == artifacts.function_zip()
    (copy / "handler.py").write_text("changed = True\n")
    assert artifacts.function_zip(copy).key != artifacts.function_zip().key
    assert artifacts.model_archive(SHIPPED) == artifacts.model_archive(SHIPPED)


def test_the_model_archive_unpacks_into_a_bundle():
    with tarfile.open(fileobj=io.BytesIO(artifacts.model_archive(SHIPPED).body)) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        assert set(manifest["files"]) <= set(archive.getnames())


def test_a_corrupt_bundle_is_not_uploaded(tmp_path):
    copy = tmp_path / "bundle"
    shutil.copytree(SHIPPED, copy)
    (copy / "model.onnx").write_bytes(b"nothing")
    with pytest.raises(BundleError):
        artifacts.model_archive(copy)


def test_the_images_tag_follows_its_sources(tmp_path):
    for source in artifacts.IMAGE_SOURCES:
        path = ROOT / source
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
    assert artifacts.image_tag(tmp_path) == artifacts.image_tag()
    (tmp_path / "cloud_inference" / "app.py").write_text("")
    assert artifacts.image_tag(tmp_path) != artifacts.image_tag()
