"""One load, run by Locust in processes of its own, which append every request's record to the run's file."""

import asyncio
import contextlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.records import Stage
from infra.local.endpoint_process import free_port
from infra.local.processes import PROJECT_ROOT, die_with_parent
from loadtests.load.errors import LoadError
from loadtests.load.stages import make_stages

USERS = PROJECT_ROOT / "loadtests" / "users"
USER_FILES = {
    "cloud": "cloud.py",
    "endpoint": "endpoint.py",
    "site": "website.py",
    "browser": "browser.py",
    "mixed": "mixed.py",
    "bench": "../load/bench_user.py",
}
WITH_KEYPOINTS = ("cloud", "endpoint", "mixed")
STOP_SECONDS = 20
"""For Locust to stop its users, gather their last records and end, before it is killed."""


@dataclass(frozen=True)
class Load:
    """`user`: who asks, a key of USER_FILES. `host`: the address it asks; `site`: the site's, for `mixed`. Either a
    rate (requests a second) or users; `steps`: stages in which they are reached. `processes`: Locust's workers."""

    name: str
    user: str
    host: str
    seconds: float
    rate: float | None = None
    users: int | None = None
    steps: int = 1
    wire: str = "npy"
    processes: int = 1
    keypoints: Path | None = None
    clips: Path | None = None
    site: str | None = None
    deployment: Path | None = None

    @property
    def stages(self) -> list[Stage]:
        """Raises LoadError."""
        return make_stages(self.seconds, rate=self.rate, users=self.users, steps=self.steps)

    def described(self) -> dict[str, Any]:
        """The fields of its LoadRecord."""
        return {
            "load": self.name,
            "user": self.user,
            "wire": self.wire if self.user in WITH_KEYPOINTS else None,
            "workload": "closed" if self.rate is None else "open",
            "stages": self.stages,
            "workers": self.processes,
        }

    def command(self, samples: Path) -> list[str]:
        """What starts it."""
        options = {
            "-f": USERS / USER_FILES[self.user],
            "--host": self.host,
            "--run-time": f"{self.seconds:g}s",
            "--ramp": self.steps,
            "--load": self.name,
            "--samples": samples.resolve(),
            "--wire": self.wire,
            "--rate": self.rate,
            "--users": self.users,
            "--keypoints": self.keypoints and self.keypoints.resolve(),
            "--clips": self.clips and self.user == "browser" and self.clips.resolve(),
            "--site": self.site,
            "--deployment": self.deployment and self.deployment.resolve(),
        }
        if self.processes > 1:
            port = free_port()
            options |= {
                "--processes": self.processes,
                "--master-bind-host": "127.0.0.1",
                "--master-bind-port": port,
                "--master-port": port,
            }
        given = [text for name, value in options.items() if value for text in (name, str(value))]
        quiet = ["--headless", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"]
        return [sys.executable, "-m", "locust", *quiet, *given]


async def run_load(load: Load, samples: Path) -> None:
    """Returns when the load is over and every record is in `samples`. Raises LoadError if Locust could not run it.

    Cancelled, it stops the load in order first: requests under way are recorded, too. Call it on the main thread.
    """
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *load.command(samples),
            cwd=PROJECT_ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=errors,
            # Ctrl-C in the terminal reaches us alone, who then stop it in order.
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                await _stop(process)
        if code:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
            raise LoadError(lines[-1] if code == 2 else f"Locust ended with exit code {code}: {lines[-1]}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
