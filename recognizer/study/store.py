"""The folder of a study: what is finished, and whether it belongs to this study.

FOLDER/data.npz            the clips of all runs
FOLDER/runs/ID/            a finished run: result.json, weights.npz, model files, log.txt
FOLDER/runs/.ID.partial/   a run under way; removed when it is begun again
FOLDER/speed.json          every timed answer
FOLDER/sessions.jsonl      how long each call of `cerca study` trained
FOLDER/study.json          the study's figures (docs/study.md)
FOLDER/index.html          the same for people
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from recognizer.errors import StudyError
from recognizer.study.plan import Run

RESULT = "result.json"
WEIGHTS = "weights.npz"
SCHEMA_VERSION = 1
"""Of a run's result."""


class Store:
    """The runs of the study in `folder`, all on the data of one SHA-256."""

    def __init__(self, folder: Path, data_sha256: str) -> None:
        self.folder = folder
        self.data_sha256 = data_sha256

    @property
    def data(self) -> Path:
        return self.folder / "data.npz"

    def final(self, run_id: str) -> Path:
        """Where a run's files are once it is finished."""
        return self.folder / "runs" / run_id

    def partial(self, run_id: str) -> Path:
        """Where a run works."""
        return self.folder / "runs" / f".{run_id}.partial"

    def finish(self, run_id: str, files: Path) -> None:
        """Moves a run's `files` into place, at once."""
        self.final(run_id).parent.mkdir(parents=True, exist_ok=True)
        files.rename(self.final(run_id))
        shutil.rmtree(self.partial(run_id), ignore_errors=True)

    def result(self, run_id: str) -> dict | None:
        """A finished run's result. Raises StudyError if it is damaged."""
        path = self.final(run_id) / RESULT
        try:
            result = json.loads(path.read_bytes())
            if result["schema_version"] != SCHEMA_VERSION:
                raise ValueError
            return result
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise StudyError(
                f"{path} is damaged or of another version: remove {path.parent} to run it again."
            ) from None

    def finished(self, runs: Iterable[Run]) -> dict[str, dict]:
        """Results by id, of those of `runs` that are finished.

        Raises StudyError if one was made with other settings or on other data: a study's folder holds one study.
        """
        results = {}
        for run in runs:
            result = self.result(run.id)
            if result is None:
                continue
            if result["run"] != run.as_dict() or result["data_sha256"] != self.data_sha256:
                what = "on other data" if result["run"] == run.as_dict() else "with other settings"
                raise StudyError(
                    f"{self.final(run.id)} was trained {what}: give another --out, or remove {self.folder / 'runs'}."
                )
            results[run.id] = result
        return results
