"""Finding clips and their glosses: a manifest, a folder a gloss, or a plain folder of clips."""

import csv
from dataclasses import dataclass
from pathlib import Path

from loadtests.errors import ClipError
from recognizer.datasets.labels import normalised

SUFFIXES = {".mp4", ".webm", ".mov", ".mkv", ".m4v", ".avi", ".ogv"}


@dataclass(frozen=True)
class Clip:
    """One recording. `name` is its path inside the folder; `gloss` is None where nobody said what is signed."""

    name: str
    path: Path
    gloss: str | None
    signer: str | None = None
    session: str | None = None


def find_clips(folder: Path) -> list[Clip]:
    """The clips of `folder`, sorted by name; `folder` may be a manifest itself.

    `manifest.csv` (columns `clip` and `label`; `signer` and `session` optional) wins; else every `GLOSS/clip.mp4` and,
    without a gloss, every clip directly inside. Raises ClipError when there is nothing to run.
    """
    named_manifest = folder.suffix.lower() == ".csv" and folder.is_file()
    if not folder.is_dir() and not named_manifest:
        raise ClipError(f"{folder} is not a folder: name one that holds GLOSS/clip.mp4 files or a manifest.csv.")
    manifest = folder if named_manifest else folder / "manifest.csv"
    clips = _from_manifest(manifest) if manifest.exists() else _from_tree(folder)
    if not clips:
        raise ClipError(
            f"{folder} holds no clips: put them there as GLOSS/clip.mp4, or list them in a manifest.csv "
            f"(known endings: {', '.join(sorted(SUFFIXES))})."
        )
    return sorted(clips, key=lambda clip: clip.name)


def _from_manifest(manifest: Path) -> list[Clip]:
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if not {"clip", "label"} <= set(rows.fieldnames or []):
            raise ClipError(f"{manifest} needs the columns clip and label; it has {', '.join(rows.fieldnames or [])}.")
        clips = []
        for row in rows:
            path = manifest.parent / (row["clip"] or "")
            if not path.is_file():
                raise ClipError(f"{manifest}, line {rows.line_num}: there is no file {path}.")
            gloss = normalised(row["label"] or "") or None
            clips.append(Clip(row["clip"], path, gloss, row.get("signer") or None, row.get("session") or None))
        return clips


def _from_tree(folder: Path) -> list[Clip]:
    clips = []
    for path in folder.rglob("*"):
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        gloss = None if path.parent == folder else normalised(path.parent.name)
        clips.append(Clip(path.relative_to(folder).as_posix(), path, gloss))
    return clips
