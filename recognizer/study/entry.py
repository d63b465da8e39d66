"""`python -m recognizer.study.entry`: one run in a process of its own, here and as a SageMaker training job.

Both give it a folder laid out by SageMaker's training contract (there it is /opt/ml):

    input/config/hyperparameters.json   the run's spec, a JSON text for each of its fields; `data_sha256`, `teacher`
    input/data/dataset/data.npz         the clips
    input/data/teacher/weights.npz      a student's teacher
    model/                              what is kept: result.json, weights, model files
    output/failure                      one sentence, where the run failed

Exit codes: 0 done; 1 failed; 143 stopped by SIGTERM.
"""

import argparse
import json
import os
import sys
import warnings
from dataclasses import fields
from pathlib import Path

from recognizer import files
from recognizer.errors import RecognizerError, StudyError
from recognizer.study import data
from recognizer.study.plan import Run
from recognizer.study.store import RESULT
from recognizer.study.work import work
from recognizer.train import Epoch

PREFIX = Path("/opt/ml")
HYPERPARAMETERS = Path("input/config/hyperparameters.json")
DATA = Path("input/data/dataset/data.npz")
TEACHER = Path("input/data/teacher/weights.npz")
MODEL = Path("model")
FAILURE = Path("output/failure")
EPOCH = "epoch {number}/{most} loss {loss:.4f} validation loss {validation_loss:.4f} top-1 {validation_top1:.4f}"
"""A line of this form is printed after every epoch; CloudWatch and the local runner read it."""


def hyperparameters(run: Run, data_sha256: str, teacher: str | None) -> dict[str, str]:
    """A run's spec as SageMaker passes it on: short texts by name. `teacher`: id of the run that teaches this one."""
    spec = run.as_dict() | {"data_sha256": data_sha256, "teacher": teacher}
    return {name: json.dumps(value) for name, value in spec.items()}


def main(arguments: list[str] | None = None) -> int:
    """Does the run that the folder describes; returns the exit code."""
    parser = argparse.ArgumentParser(description="One run of a study, under SageMaker's training contract.")
    parser.add_argument("--prefix", type=Path, default=PREFIX, help="The folder; SageMaker's is /opt/ml.")
    parser.add_argument("--parent", type=int, help="Process without which this one has no purpose.")
    # SageMaker starts a container with the argument `train`.
    parser.add_argument("command", nargs="?", choices=["train"])
    chosen = parser.parse_args(arguments)
    # Without its waves, the temporal encoding has a matrix of no elements, and torch remarks on it.
    warnings.filterwarnings("ignore", "Initializing zero-element tensors")
    try:
        _run(chosen.prefix, chosen.parent)
    except Exception as error:
        # SageMaker shows what stands in this file as the reason of the failure.
        sentence = str(error) if isinstance(error, RecognizerError) else f"{type(error).__name__}: {error}"
        files.write(chosen.prefix / FAILURE, sentence.encode())
        if not isinstance(error, RecognizerError):
            raise
        print(sentence, file=sys.stderr)
        return 1
    return 0


def _run(prefix: Path, parent: int | None) -> None:
    run, expected, teacher = _spec(prefix / HYPERPARAMETERS)
    dataset = data.read(prefix / DATA, expected)

    def progress(epoch: Epoch, most: int) -> None:
        print(EPOCH.format(most=most, **vars(epoch)), flush=True)
        if parent and os.getppid() != parent:
            sys.exit("The study that started this run is gone.")

    out = prefix / MODEL
    out.mkdir(parents=True, exist_ok=True)
    result = work(run, dataset, out, prefix / TEACHER if teacher else None, progress)
    result |= {"data_sha256": expected, "teacher": teacher}
    files.write(out / RESULT, json.dumps(result, allow_nan=False).encode())


def _spec(path: Path) -> tuple[Run, str, str | None]:
    """The run, the SHA-256 that its data must have, the id of its teacher."""
    try:
        values = {name: json.loads(text) for name, text in json.loads(path.read_bytes()).items()}
        known = {field.name for field in fields(Run)}
        run = Run.from_dict({name: value for name, value in values.items() if name in known})
        return run, values["data_sha256"], values["teacher"]
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist: SageMaker writes it, or `cerca study`.") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StudyError(f"{path} describes no run of a study ({error}): `cerca study` writes such.") from None


if __name__ == "__main__":
    sys.exit(main())
