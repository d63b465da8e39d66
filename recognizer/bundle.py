"""Reading a model bundle: a folder with `manifest.json` and the model files it names (docs/contracts.md).

Standard library only: the inference container reads bundles, and its start-up time is measured.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from recognizer.errors import BundleError

SCHEMA_VERSION = 1
MAX_MANIFEST_BYTES = 1 << 20
MAX_MODEL_BYTES = 256 << 20

# A tensor kept outside an ONNX file names that file in a StringStringEntryProto whose key (field 1, 8 bytes) is
# "location". Finding these bytes needs no protobuf parser, and a false alarm only refuses a bundle.
EXTERNAL_DATA = b"\x0a\x08location\x12"


@dataclass(frozen=True)
class ModelFile:
    """One model file of a bundle, its hash already checked."""

    path: Path
    sha256: str
    bytes: int
    precision: str


@dataclass(frozen=True)
class Bundle:
    """A checked bundle. `keypoints` and `manifest` are as written in `manifest.json`."""

    folder: Path
    name: str
    architecture: str
    labels: tuple[str, ...]
    keypoints: tuple[dict, ...]
    input_name: str
    output_name: str
    min_frames: int
    max_frames: int
    files: dict[str, ModelFile]
    default_file: str
    manifest: dict

    def model(self, file: str | None = None) -> ModelFile:
        """The named model file, or the default one. Raises BundleError if the bundle has no such file."""
        wanted = file or self.default_file
        if wanted not in self.files:
            raise BundleError(
                f"{self.folder} has no model file {wanted!r}: choose one of {', '.join(sorted(self.files))}."
            )
        return self.files[wanted]


def load(folder: Path | str) -> Bundle:
    """Reads `folder/manifest.json` and checks the size and SHA-256 of every file it names.

    Raises BundleError, one sentence, if the folder, the manifest or a file is missing, corrupt, too large, of
    another schema version, or if a model keeps tensors in external data.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder)
    try:
        loaded = Bundle(
            folder=folder,
            name=manifest["name"],
            architecture=manifest["architecture"],
            labels=tuple(manifest["labels"]),
            keypoints=tuple(manifest["keypoints"]),
            input_name=manifest["input"]["name"],
            output_name=manifest["output"]["name"],
            min_frames=manifest["input"]["min_frames"],
            max_frames=manifest["input"]["max_frames"],
            files={name: _check_file(folder, name, entry) for name, entry in manifest["files"].items()},
            default_file=manifest["default_file"],
            manifest=manifest,
        )
        loaded.model()
        return loaded
    except KeyError as missing:
        raise BundleError(f"{folder / 'manifest.json'} lacks the field {missing}: {REWRITE}") from None
    except (TypeError, AttributeError):
        raise BundleError(f"{folder / 'manifest.json'} has a field of the wrong type: {REWRITE}") from None


REWRITE = "write the bundle again with `cerca train`, or fetch an intact copy."


def _read_manifest(folder: Path) -> dict:
    path = folder / "manifest.json"
    try:
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise BundleError(f"{path} is larger than {MAX_MANIFEST_BYTES} bytes, so it is not a manifest: {REWRITE}")
        manifest = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BundleError(f"{folder} is not a model bundle (no manifest.json): name a folder that has one.") from None
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    except ValueError:
        raise BundleError(f"{path} is not valid JSON: {REWRITE}") from None
    version = manifest.get("schema_version") if isinstance(manifest, dict) else None
    if version != SCHEMA_VERSION:
        raise BundleError(f"{path} has schema_version {version!r}, this program reads {SCHEMA_VERSION}: {REWRITE}")
    return manifest


def _check_file(folder: Path, name: str, entry: dict) -> ModelFile:
    path = folder / name
    if Path(name).name != name:
        raise BundleError(f"{folder / 'manifest.json'} names {name!r}, a file outside the bundle: {REWRITE}")
    try:
        size = path.stat().st_size
        if size != entry["bytes"] or size > MAX_MODEL_BYTES:
            raise BundleError(
                f"{path} has {size} bytes where {entry['bytes']} (at most {MAX_MODEL_BYTES}) are due: {REWRITE}"
            )
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror}): {REWRITE}") from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry["sha256"]:
        raise BundleError(
            f"{path} has SHA-256 {digest[:12]}... where the manifest says {entry['sha256'][:12]}...: {REWRITE}"
        )
    if EXTERNAL_DATA in content:
        raise BundleError(
            f"{path} keeps tensors outside the file, which is refused: export it with its weights inside."
        )
    return ModelFile(path=path, sha256=digest, bytes=size, precision=entry["precision"])
