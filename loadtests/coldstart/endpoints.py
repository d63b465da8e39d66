"""Cold starts of the endpoint's process and of the baseline's, in turn: whatever the machine does then meets both."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from infra.local.processes import PROJECT_ROOT
from loadtests.coldstart.errors import ColdStartError
from loadtests.coldstart.server_start import Start, start_process
from loadtests.recorder import Recorder, Trial

_KEYPOINTS = np.random.default_rng(0).uniform(0.2, 0.8, (70, 54, 2))
BODY = json.dumps({"keypoints": _KEYPOINTS.round(6).tolist()}).encode()
"""What the first prediction is asked for: 70 frames, as the thesis's benchmark."""

SIGNAL_SECONDS = 0.005


async def server_starts(
    recorder: Recorder, bundle: Path, model_file: str, weights: Path | None, runs: int
) -> AsyncIterator[None]:
    """`runs` starts of each, recorded with the endpoint's split; yields after each run.

    weights: what `baseline_weights` wrote; None leaves the baseline out. Raises ColdStartError.
    """
    ours = {"SAGEMAKER_MODEL_DIR": str(bundle.resolve()), "CERCA_MODEL_FILE": model_file}
    for number in range(runs):
        trial = Trial("cold", number, None)
        with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
            # In this thread: the process must die with it, and nothing else is measured meanwhile.
            found = start_process(["cloud_inference", "serve"], ours, BODY, Path(folder) / "endpoint.log")
            recorder.steps(trial, "cloud", endpoint_steps(found), clock="driver")
            if weights is not None:
                theirs = {"CERCA_BASELINE_WEIGHTS": str(weights)}
                log = Path(folder) / "baseline.log"
                baseline = start_process(["cloud_inference.baseline", "serve"], theirs, BODY, log)
                recorder.steps(trial, "cloud", {"baseline_first_answer": baseline.first_answer}, clock="driver")
        yield
        # Nothing above waits, so this is where Ctrl-C and SIGTERM get their turn; a signal takes more than one.
        await asyncio.sleep(SIGNAL_SECONDS)


def endpoint_steps(start: Start) -> dict[str, float]:
    """The steps of one start; its stages are parts of `exec_to_ready`."""
    parts = {f"start_{stage}": max(0.0, ms) for stage, ms in start.stages.items()}
    return {"exec_to_ready": start.ready, "endpoint_first_answer": start.first_answer, **parts}


def baseline_weights(bundle: Path, weights: Path) -> None:
    """Writes the bundle's weights as the baseline loads them. Raises ColdStartError: no PyTorch, a foreign recipe."""
    convert = ["-m", "cloud_inference.baseline", "convert", str(bundle.resolve()), str(weights)]
    done = subprocess.run([sys.executable, *convert], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ColdStartError(f"The baseline is left out, as its weights could not be made: {last}")
