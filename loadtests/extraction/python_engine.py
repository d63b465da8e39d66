"""MediaPipe in Python: each session is a worker process (`python_worker`), driven through its pipes."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from loadtests.extraction.engine import EVERY_FRAME, Extracted
from loadtests.extraction.errors import ClipRefused, ExtractionError
from loadtests.extraction.task_files import HAND_TASK, POSE_TASK, task_file
from loadtests.native import decode_keypoints

ROOT = Path(__file__).parents[2]
# The longest line is a clip's keypoints: 300 frames of 54 points, 8 bytes each, in base64.
LONGEST_LINE = 1 << 22
CLOSING_S = 5.0


class PythonEngine:
    """`fps`: frames a second to take; None takes every frame."""

    name = "python"

    def __init__(self, fps: float | None) -> None:
        self._fps = fps

    def check(self) -> None:
        """Raises ExtractionError where MediaPipe, PyAV or a landmarker file is missing."""
        if missing := [module for module in ("mediapipe", "av") if find_spec(module) is None]:
            raise ExtractionError(
                f"The python engine needs {' and '.join(missing)}: pip install -r requirements/render.txt."
            )
        for name in (POSE_TASK, HAND_TASK):
            task_file(name)

    @asynccontextmanager
    async def session(self) -> AsyncIterator["PythonSession"]:
        """Raises ExtractionError where it cannot be started."""
        self.check()
        session = PythonSession(self._fps)
        try:
            await session.start()
            yield session
        finally:
            await session.stop()


class PythonSession:
    def __init__(self, fps: float | None) -> None:
        self._fps = fps or EVERY_FRAME
        self._process: asyncio.subprocess.Process | None = None
        self.identity: dict[str, Any] = {}

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "loadtests.extraction.python_worker"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST_LINE,
        )
        ready = await self._answer()
        if ready is None:
            raise ExtractionError(
                "MediaPipe could not be started: `python -m loadtests.extraction.python_worker` shows why."
            )
        self.identity = {"engine": PythonEngine.name, **ready["identity"], "options": {"fps": self._fps}}

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.stdin.close()
        try:
            # What it is in the middle of is not waited for: the clip is not kept in any case.
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(CLOSING_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def extract(self, clip: Path) -> Extracted:
        """Raises ClipRefused; `landmarker_failed` where the worker died of this clip (a new one takes the next)."""
        ask = {"clip": str(clip.resolve()), "fps": self._fps}
        try:
            self._process.stdin.write(f"{json.dumps(ask)}\n".encode())
            await self._process.stdin.drain()
            answer = await self._answer()
        except ConnectionError:
            answer = None
        if answer is None:
            await self.stop()
            await self.start()
            raise ClipRefused("landmarker_failed", f"MediaPipe ended while it read {clip.name}: convert the clip.")
        if error := answer.get("error"):
            raise ClipRefused(error["code"], error["message"])
        return Extracted(**answer | {"keypoints": decode_keypoints(answer["keypoints"])})

    async def _answer(self) -> dict[str, Any] | None:
        """The worker's next line; None where it has ended."""
        line = await self._process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None
