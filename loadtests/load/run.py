"""`cerca loadtest`: one load against one target, into a run folder of its own."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from infra.commands import SHIPPED_BUNDLE
from loadtests import environment
from loadtests.interruption import interruptible
from loadtests.load import shipped, stack, targets
from loadtests.load.bodies import bodies
from loadtests.load.errors import LoadError, TargetRefused
from loadtests.load.locust_run import WITH_KEYPOINTS, Load, run_load
from loadtests.load.targets import Target
from loadtests.recorder import Recorder
from recognizer import bundle as bundles

PATHS = {"cloud": "cloud", "endpoint": "endpoint", "edge": "browser", "site": "site", "both": "mixed"}
"""What `--path` says -> a LoadRecord's `user`."""


@dataclass(frozen=True)
class Plan:
    """`target`: `local`, `compose`, a loopback URL or a deployment.json. `lambdas`: environments of the local stack.
    `keypoints`: a dataset; None: the shipped clips'."""

    path: str
    target: str
    bundle: bundles.Bundle
    model_file: str
    seconds: float
    rate: float | None = None
    users: int | None = None
    steps: int = 1
    wire: str = "npy"
    processes: int = 1
    lambdas: int = stack.LAMBDAS
    keypoints: Path | None = None
    clips: Path = shipped.SAMPLES

    @property
    def user(self) -> str:
        return PATHS[self.path]

    def check(self) -> None:
        """Before anything starts. Raises LoadError for what cannot be run, TargetRefused for what must not be."""
        Load(self.path, self.user, "", self.seconds, self.rate, self.users, self.steps).stages  # noqa: B018
        if self.path == "edge" and self.rate is not None:
            raise LoadError("A browser takes one clip after the other: give --users for --path edge, not --rate.")
        if self.users is not None and self.users % self.processes:
            raise LoadError(f"{self.users} users do not divide among {self.processes} processes: choose a multiple.")
        if self.target != "local":
            self._host(self._given())

    def _given(self) -> Target:
        """The target, where it is not started here."""
        if self.target == "compose":
            return targets.COMPOSE
        if self.target.startswith(("http://", "https://")):
            targets.check(self.target)
            return Target(api=self.target, site=self.target, endpoint=self.target)
        target = targets.of_deployment(Path(self.target))
        if self.rate is None:
            raise TargetRefused("A deployment is loaded at a rate only, since every request costs: give --rate.")
        return target

    def _host(self, target: Target) -> tuple[str, str | None]:
        """The address that the load asks, and the site's where it asks both."""
        host = {"cloud": target.api, "endpoint": target.endpoint, "mixed": target.api}.get(self.user, target.site)
        if host is None or (self.user == "mixed" and target.site is None):
            raise LoadError(
                f"--target {self.target} has nothing for --path {self.path}: choose another path or target."
            )
        return host, target.site if self.user == "mixed" else None

    def _opened(self) -> AbstractContextManager[Target]:
        if self.target != "local":
            return nullcontext(self._given())
        folder = self.bundle.folder
        other = None if folder.resolve() == SHIPPED_BUNDLE else folder
        return stack.local_target(self.user, folder, self.model_file, self.lambdas, other)

    @property
    def at_once_before(self) -> int:
        """Requests at once that warm the target; 0 where it is not ours to warm."""
        if self.target != "local":
            return 0
        return self.lambdas if self.user != "endpoint" else 1

    @property
    def deployment(self) -> Path | None:
        named = self.target in ("local", "compose") or self.target.startswith(("http://", "https://"))
        return None if named else Path(self.target)


async def run(plan: Plan, run_folder: Path, console: Console) -> None:
    """Writes `samples.jsonl` into `run_folder`. Interrupted (Ctrl-C, SIGTERM), it stops the load and what it started,
    marks the records as cut short, and raises CancelledError. Raises LoadError, LocalStackError."""
    async with interruptible():
        await _run(plan, run_folder, console)


async def _run(plan: Plan, run_folder: Path, console: Console) -> None:
    needs_keypoints, settings = plan.user in WITH_KEYPOINTS, _settings(plan)
    if needs_keypoints and plan.keypoints is None:
        with console.status("keypoints of the shipped clips, once ..."):
            plan = replace(plan, keypoints=await asyncio.to_thread(shipped.keypoints))
    if plan.user in ("site", "mixed"):
        with console.status("what a first visit fetches, once ..."):
            await asyncio.to_thread(shipped.visit)
    sent = await asyncio.to_thread(bodies, plan.keypoints, plan.wire) if needs_keypoints else []
    surroundings = environment.describe()
    surroundings["packages"] |= {"locust": version("locust"), "gevent": version("gevent")}
    with plan._opened() as target:
        host, site = plan._host(target)
        load = Load(
            name=f"{plan.path}-{plan.wire}" if needs_keypoints else plan.path,
            user=plan.user,
            host=host,
            site=site,
            deployment=plan.deployment,
            clips=plan.clips,
            **{
                name: getattr(plan, name)
                for name in ("seconds", "rate", "users", "steps", "wire", "processes", "keypoints")
            },
        )
        if needs_keypoints:
            await asyncio.to_thread(stack.warm, host, sent[0], plan.wire, plan.at_once_before)
        recorder = Recorder(run_folder / "samples.jsonl", run_folder.name)
        completed = False
        try:
            recorder.run(surroundings, settings, _model(plan), clips=[])
            recorder.load(**load.described())
            with console.status(f"{load.name}: {load.seconds:g} s against {host} ..."):
                await run_load(load, recorder.path)
            completed = True
        finally:
            recorder.close(completed)


def _settings(plan: Plan) -> dict[str, object]:
    settings = asdict(replace(plan, bundle=None))
    return {
        "kind": "loadtest",
        **{name: str(value) if name == "clips" else value for name, value in settings.items() if value is not None},
        "target": "deployment" if plan.deployment else plan.target,
        "keypoints": "own" if plan.keypoints else "samples",
    }


def _model(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.bundle.name,
        "file": plan.model_file,
        "sha256": plan.bundle.model(plan.model_file).sha256,
        "labels": list(plan.bundle.labels),
    }
