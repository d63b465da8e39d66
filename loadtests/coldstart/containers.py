"""Cold starts of the endpoint's container, through the engine's SDK: from `start` to the first 200 of /ping."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from loadtests.coldstart.endpoints import BODY
from loadtests.coldstart.errors import ColdStartError, EngineMissing
from loadtests.coldstart.server_start import Start, first_answers, stages
from loadtests.recorder import Recorder, Trial

IMAGE = "cerca/endpoint"
PORT = "8080/tcp"
LABEL = "cerca.coldstart"


def engine() -> Any:
    """A client of the Docker engine that has the endpoint's image. Raises EngineMissing, with what to do."""
    try:
        import docker
        from docker.errors import DockerException, ImageNotFound
    except ImportError:
        raise EngineMissing("Containers are left out: install the SDK with `pip install docker`.") from None
    try:
        client = docker.from_env(timeout=60)
        client.ping()
    except DockerException:
        raise EngineMissing("Containers are left out: no Docker engine answers here.") from None
    try:
        client.images.get(IMAGE)
    except ImageNotFound:
        client.close()
        raise EngineMissing(
            f"Containers are left out: there is no image {IMAGE}; scripts/build_images makes it."
        ) from None
    return client


def start_container(client: Any, bundle: Path) -> Start:
    """One container over `bundle`, removed when it has answered. Raises ColdStartError."""
    with _created(client, bundle) as container:
        began = time.monotonic()
        container.start()
        container.reload()
        bindings = container.ports.get(PORT)
        if not bindings:
            raise ColdStartError(f"The container {container.short_id} ended at once: {_log(container)[-300:]}")

        def check() -> None:
            container.reload()
            if container.status not in ("running", "created"):
                raise ColdStartError(f"The container {container.short_id} ended: {_log(container)[-300:]}")

        ready, first_answer = first_answers(int(bindings[0]["HostPort"]), BODY, began, check)
        return Start(ready, first_answer, stages(_log(container), began))


@contextlib.contextmanager
def _created(client: Any, bundle: Path) -> Iterator[Any]:
    container = client.containers.create(
        IMAGE,
        "serve",
        environment={"CERCA_START_MARKS": "1"},
        volumes={str(bundle.resolve()): {"bind": "/opt/ml/model", "mode": "ro"}},
        ports={PORT: ("127.0.0.1", None)},
        labels=[LABEL],
    )
    try:
        yield container
    finally:
        container.remove(force=True)


def _log(container: Any) -> str:
    return container.logs().decode(errors="replace")


async def container_starts(recorder: Recorder, client: Any, bundle: Path, runs: int) -> AsyncIterator[None]:
    """`runs` containers, recorded; yields after each. Raises ColdStartError."""
    for number in range(runs):
        found = await asyncio.to_thread(start_container, client, bundle)
        recorder.steps(Trial("cold", number, None), "cloud", {"container_ready": found.ready}, clock="driver")
        yield
