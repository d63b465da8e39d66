"""Where the bundle lies: SageMaker's model folder itself, or a `model.tar.gz` in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cloud_inference.errors import StartupError

ARCHIVE = "model.tar.gz"
MAX_FILES = 32
MAX_UNPACKED_BYTES = 512 << 20


@contextmanager
def bundle_folder(model_dir: Path) -> Iterator[Path]:
    """The folder that holds the bundle; a temporary one, removed at the end, when it had to be unpacked.

    Raises StartupError for a folder that this user may not read, and for an archive that cannot be read, is too large,
    or holds anything but plain files.
    """
    archive = model_dir / ARCHIVE
    try:
        lies_here = (model_dir / "manifest.json").exists() or not archive.exists()
    except OSError as error:
        raise StartupError(f"{model_dir} cannot be read ({error.strerror}); let user {os.getuid()} read it.") from None
    if lies_here:
        yield model_dir
        return
    # Not beside the archive: the model folder, and the file system around it, may be read-only.
    with tempfile.TemporaryDirectory(prefix="cerca-model-") as unpacked:
        _unpack(archive, Path(unpacked))
        yield Path(unpacked)


def _unpack(archive: Path, folder: Path) -> None:
    # Imported here because most containers are given the folder, and the start is what a cold request waits for.
    import tarfile

    files = size = 0
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                if member.isdir() and name in ("", "."):
                    continue
                files, size = files + 1, size + member.size
                if not member.isreg() or name == ".." or Path(name).name != name:
                    raise StartupError(f"{archive} holds {member.name!r}; pack the bundle's files, without folders.")
                if files > MAX_FILES or size > MAX_UNPACKED_BYTES:
                    raise StartupError(
                        f"{archive} holds more than {MAX_FILES} files or {MAX_UNPACKED_BYTES} bytes; pack one bundle."
                    )
                tar.extract(member, folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise StartupError(f"{archive} cannot be unpacked: {reason}; pack it again with tar -czf.") from None
