"""The same models under native ONNX Runtime and under WebAssembly, one thread each: their answers and their times.

The models take turns in short blocks, so that whatever else the machine does meets all of them.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recognizer.errors import ExportError, RuntimeMissing
from recognizer.export import INPUT, OUTPUT, single_threaded_session

SITE = Path(__file__).parents[2] / "edge_site"
"""Its `node_modules` hold the onnxruntime-web that the site ships."""

BLOCK = 10
"""Runs in a row of one model, as in the page's own benchmark."""


@dataclass(frozen=True)
class Run:
    """One model in one runtime. `load`: ms to make the session. `logits`: float32 [clips, classes]. `ms`: ms [runs]."""

    load: float
    logits: np.ndarray
    ms: np.ndarray


def native(models: dict[str, bytes], clips: Sequence[np.ndarray], *, runs: int, warmup: int = BLOCK) -> dict[str, Run]:
    """Each model's answers to `clips` (float32 [frames, 54, 2] each) and the times of `runs` runs on the first."""
    sessions, loads, logits = {}, {}, {}
    for name, content in models.items():
        start = time.perf_counter()
        sessions[name] = single_threaded_session(content)
        loads[name] = 1000 * (time.perf_counter() - start)
        logits[name] = np.array([_run(sessions[name], clip) for clip in clips])
        for _ in range(warmup):
            _run(sessions[name], clips[0])
    times: dict[str, list[float]] = {name: [] for name in models}
    for begun in range(0, runs, BLOCK):
        for name, session in sessions.items():
            for _ in range(min(BLOCK, runs - begun)):
                start = time.perf_counter()
                _run(session, clips[0])
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: Run(loads[name], logits[name], np.array(times[name])) for name in models}


def wasm(models: dict[str, bytes], clips: Sequence[np.ndarray], *, runs: int, warmup: int = BLOCK) -> dict[str, Run]:
    """As `native`, in Node.js with the site's onnxruntime-web.

    Raises RuntimeMissing if there is no Node.js, or the site's packages are not installed; ExportError if a model does
    not run there.
    """
    node = shutil.which("node")
    if not node:
        raise RuntimeMissing(
            "Node.js is not on the PATH, so nothing ran under WebAssembly: install Node.js 20 or newer."
        )
    if not (SITE / "node_modules" / "onnxruntime-web").is_dir():
        raise RuntimeMissing(f"{SITE} has no onnxruntime-web, so nothing ran under WebAssembly: run `npm ci` there.")
    with tempfile.TemporaryDirectory() as folder:
        job = {"warmup": warmup, "runs": runs, "block": BLOCK, "input": INPUT, "output": OUTPUT}
        job |= {"models": {}, "clips": []}
        for number, (name, content) in enumerate(models.items()):
            job["models"][name] = _kept(Path(folder, f"{number}.model"), content)
        for number, clip in enumerate(clips):
            file = _kept(Path(folder, f"{number}.clip"), clip.astype("<f4").tobytes())
            job["clips"].append({"file": file, "frames": len(clip)})
        # V8 compiles everything fully at once: else a page is in that state only after dozens of runs.
        command = [node, "--no-liftoff", str(Path(__file__).with_name("wasm.mjs")), str(SITE)]
        done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RuntimeMissing(f"onnxruntime-web did not run in Node.js ({reason}): run `npm ci` in {SITE}.")
    results = json.loads(done.stdout)
    for name, result in results.items():
        if "error" in result:
            raise ExportError(f"{name} does not run under WebAssembly ({result['error']}): do not ship it.")
    return {
        name: Run(result["load"], np.array(result["logits"], dtype=np.float32), np.array(result["ms"]))
        for name, result in results.items()
    }


def _run(session, clip: np.ndarray) -> np.ndarray:
    return session.run([OUTPUT], {INPUT: clip})[0]


def _kept(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)
