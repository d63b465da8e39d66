"""What a load asks, started where it is to run here, and warm: starts are measured elsewhere."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.local import LocalCloud, SiteServer
from infra.local.endpoint_process import EndpointModel, EndpointProcess
from loadtests.load.bodies import CONTENT_TYPES
from loadtests.load.errors import AnswerBroken, LoadError
from loadtests.load.http_client import Answer, Connections, Server
from loadtests.load.shipped import DIST
from loadtests.load.targets import Target

WARM_REQUESTS = 20
LAMBDAS = 4


@contextmanager
def local_target(
    users: str, bundle: Path, model_file: str | None, lambdas: int = LAMBDAS, other_bundle: Path | None = None
) -> Iterator[Target]:
    """The parts of the local stack that `users` (a LoadRecord's `user`) ask. `lambdas`: environments, all initialised
    before the first request. Raises LocalStackError."""
    with ExitStack() as parts:
        api = site = endpoint = None
        if users in ("cloud", "mixed"):
            cloud = LocalCloud(bundle, model_file, lambdas, provisioned=lambdas)
            api = parts.enter_context(cloud).gateway_url
        if users in ("site", "browser", "mixed"):
            site = parts.enter_context(SiteServer(DIST, api, bundle=other_bundle)).url
        if users == "endpoint":
            folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="cerca-"))
            endpoint = invocations(parts.enter_context(running_endpoint(bundle, model_file, Path(folder))))
        yield Target(api, site, endpoint)


def warm(url: str, body: bytes, wire: str, at_once: int = 1) -> None:
    """Asks until everything behind `url` has run, then from `at_once` sides together, so that as many Lambda
    environments have. At 0, one request is all: elsewhere, the rate is the limit. Raises LoadError if that fails."""
    server = Server.of(url)
    request = server.request("POST", server.path, {"content-type": CONTENT_TYPES[wire]}, body)

    def ask(requests: int) -> Answer:
        connections = Connections(url)
        try:
            return [connections.ask(request) for _ in range(requests)][-1]
        finally:
            connections.close()

    try:
        answer = ask(1)
        if answer.status != 200:
            raise LoadError(
                f"{url} answered {answer.status} before any load: {answer.body[:200].decode(errors='replace')}"
            )
        with ThreadPoolExecutor(at_once or 1) as together:
            # 429 among these is no failure: a start can be refused while another is under way.
            list(together.map(ask, [WARM_REQUESTS] * at_once))
    except (OSError, AnswerBroken) as error:
        raise LoadError(f"{url} does not answer ({error}): start it, or choose another --target.") from None


def invocations(endpoint: EndpointProcess) -> str:
    return f"http://127.0.0.1:{endpoint.port}/invocations"


@contextmanager
def running_endpoint(bundle: Path, model_file: str | None, folder: Path) -> Iterator[EndpointProcess]:
    """The container's process alone, ready. Raises LocalStackError. Call it on the main thread."""
    endpoint = EndpointProcess(EndpointModel(bundle, model_file), folder / "endpoint.log")
    try:
        endpoint.wait_until_ready()
        yield endpoint
    finally:
        endpoint.stop()
