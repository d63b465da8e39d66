"""What may be loaded: this machine, and what `cerca deploy` made. Everything else is refused, whoever asks."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from infra.deploy.errors import DeployError
from infra.deploy.record import Deployment
from loadtests.load.errors import LoadError, TargetRefused

AWS_HOSTS = (".amazonaws.com", ".cloudfront.net")
"""Where a deployment's API and site are: a record that names another host was not written by `cerca deploy`."""


@dataclass(frozen=True)
class Target:
    """The URLs that a load may ask; None where this target has no such part."""

    api: str | None = None
    site: str | None = None
    endpoint: str | None = None


COMPOSE = Target(api="http://127.0.0.1:8001/prod/predict", site="http://127.0.0.1:8000/")
"""The ports that docker-compose.yml publishes; the endpoint has none."""


def check(url: str, deployment: Path | None = None) -> None:
    """Returns if `url` is on loopback, or `deployment` (a deployment.json) names it. Raises TargetRefused."""
    parts = _parts(url)
    if is_loopback(parts.hostname):
        return
    if deployment is not None:
        target = of_deployment(deployment)
        if any(_origin(url) == _origin(own) for own in (target.api, target.site) if own is not None):
            return
    raise TargetRefused(
        f"{parts.hostname} is not loaded: only this machine (127.0.0.1, localhost) and what a deployment.json "
        "written by `cerca deploy` names may be."
    )


def of_deployment(path: Path) -> Target:
    """What a deployment.json names. Raises TargetRefused unless `cerca deploy` wrote it and it is complete."""
    try:
        deployment = Deployment.read(path)
    except DeployError as error:
        raise TargetRefused(str(error)) from None
    if not deployment.complete or not deployment.api_url:
        raise TargetRefused(f"{path} is of a deployment that is not complete: run `cerca deploy` again first.")
    for url in (deployment.api_url, deployment.site_url):
        if url is not None and not (is_loopback(host := _parts(url).hostname) or host.endswith(AWS_HOSTS)):
            raise TargetRefused(f"{path} names {host}, which `cerca deploy` never deploys to: it is not loaded.")
    return Target(api=deployment.api_url, site=deployment.site_url)


def is_loopback(host: str) -> bool:
    """By the name alone: no resolver is asked, so none can answer for a stranger."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = _parts(url)
    return parts.scheme, parts.hostname, parts.port


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except (ValueError, AttributeError):
        usable = False
    if not usable:
        raise LoadError(f"{url} is no address to load: give http://127.0.0.1:PORT/... or a deployment.json.")
    return parts
