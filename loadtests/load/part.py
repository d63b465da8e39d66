"""The load part of `cerca compare`: two short ramps in an open workload, of the cloud path and of its endpoint."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from infra.local import LocalCloud
from loadtests.load.bodies import npy
from loadtests.load.locust_run import Load, run_load
from loadtests.load.stack import LAMBDAS, invocations, running_endpoint, warm
from loadtests.recorder import Recorder
from recognizer.datasets import save_ragged
from recognizer.datasets.recording import Recording, gathered

CLOUD_RATE = 400.0
ENDPOINT_RATE = 2000.0
"""Requests a second at the ramps' ends: beyond what two cores serve, so that the knee is between."""

STEPS = 5


async def load_part(
    recorder: Recorder,
    cloud: LocalCloud,
    bundle: Path,
    model_file: str,
    clips_keypoints: Sequence[np.ndarray],
    console: Console,
    seconds: float = 12.0,
    cloud_rate: float = CLOUD_RATE,
    endpoint_rate: float = ENDPOINT_RATE,
) -> None:
    """Loads `cloud`'s gateway, then a container of its own, with the clips (float32 [frames, 54, 2] each) as npy, for
    `seconds` each, and records both. Raises LoadError, LocalStackError. Call it on the main thread."""
    with tempfile.TemporaryDirectory(prefix="cerca-") as folder:
        keypoints = Path(folder) / "keypoints.npz"
        recordings = [Recording(clip, f"clip-{number}", "any") for number, clip in enumerate(clips_keypoints)]
        dataset = gathered("load", recordings)
        save_ragged(dataset, keypoints, dataset.source)

        async def ramp(user: str, host: str, rate: float) -> None:
            await asyncio.to_thread(warm, host, npy(clips_keypoints[0]), "npy", LAMBDAS)
            load = Load(f"{user}-npy", user, host, seconds, rate=rate, steps=STEPS, keypoints=keypoints)
            recorder.load(**load.described())
            with console.status(f"{load.name}: up to {rate:g} requests a second in {STEPS} stages ..."):
                await run_load(load, recorder.path)

        await ramp("cloud", cloud.gateway_url, cloud_rate)
        with running_endpoint(bundle, model_file, Path(folder)) as endpoint:
            await ramp("endpoint", invocations(endpoint), endpoint_rate)
