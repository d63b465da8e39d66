"""What is uploaded: the function's zip and the model's tarball, the same bytes for the same content."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.settings import ROOT
from recognizer import bundle

FUNCTION_FOLDER = ROOT / "lambda_proxy"

# What the endpoint's image is made of: its digest is the image's tag.
IMAGE_SOURCES = (
    "infra/images/endpoint.Dockerfile",
    "requirements/endpoint.txt",
    "cloud_inference",
    "recognizer/__init__.py",
    "recognizer/bundle.py",
    "recognizer/errors.py",
)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """key: the object's name in the bucket, with the digest of its content."""

    key: str
    body: bytes


def function_zip(folder: Path = FUNCTION_FOLDER) -> Artifact:
    """The function's folder and nothing else: Lambda's image brings boto3."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.py")):
            member = zipfile.ZipInfo(str(path.relative_to(folder.parent)), _ZIP_EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return _named("code/function-{}.zip", buffer.getvalue())


def model_archive(folder: Path) -> Artifact:
    """`model.tar.gz` as SageMaker unpacks it into /opt/ml/model. Raises BundleError for a corrupt bundle."""
    bundle.load(folder)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            member = tarfile.TarInfo(path.name)
            member.size, member.mode = path.stat().st_size, 0o644
            with path.open("rb") as content:
                archive.addfile(member, content)
    return _named("models/model-{}.tar.gz", buffer.getvalue())


def image_tag(root: Path = ROOT) -> str:
    """16 hexadecimal digits of everything that goes into the endpoint's image."""
    digest = hashlib.sha256()
    for source in IMAGE_SOURCES:
        path = root / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _named(pattern: str, body: bytes) -> Artifact:
    return Artifact(pattern.format(hashlib.sha256(body).hexdigest()[:16]), body)
