"""Every route, once: the application answers by this table, and the OpenAPI document is written from it."""

import re
from dataclasses import dataclass, field

from cloud_inference.errors import (
    BadMethod,
    BadRequest,
    Busy,
    NotAcceptable,
    NotFound,
    NotReady,
    RequestError,
    SlowBody,
    TooLarge,
    Unprocessable,
    UnsupportedType,
)

PROTOCOL = "/v2"
"""Where the Open Inference Protocol lives; its errors have a shape of their own."""


@dataclass(frozen=True)
class Route:
    """name: the operation's id. paths: templates; the second one, where there is one, names the model's version.
    errors: what may be answered instead of `what`."""

    name: str
    method: str
    paths: tuple[str, ...]
    what: str
    errors: tuple[type[RequestError], ...] = ()
    patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        patterns = tuple(re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)) for path in self.paths)
        object.__setattr__(self, "patterns", patterns)


_READS_A_BODY = (BadRequest, SlowBody, TooLarge, UnsupportedType, Unprocessable, Busy, NotReady)
_MODEL = f"{PROTOCOL}/models/{{model}}"
_VERSION = f"{_MODEL}/versions/{{version}}"

ROUTES = (
    Route("ping", "GET", ("/ping",), "SageMaker's health check: the model has run", (NotReady,)),
    Route("invocations", "POST", ("/invocations",), "SageMaker's inference", (*_READS_A_BODY, NotAcceptable)),
    Route("server_metadata", "GET", (PROTOCOL,), "Server metadata"),
    Route("server_live", "GET", (f"{PROTOCOL}/health/live",), "Server liveness"),
    Route("server_ready", "GET", (f"{PROTOCOL}/health/ready",), "Server readiness", (NotReady,)),
    Route("model_metadata", "GET", (_MODEL, _VERSION), "Model metadata", (NotFound, NotReady)),
    Route("model_ready", "GET", (f"{_MODEL}/ready", f"{_VERSION}/ready"), "Model readiness", (NotFound, NotReady)),
    Route("infer", "POST", (f"{_MODEL}/infer", f"{_VERSION}/infer"), "Inference", (*_READS_A_BODY, NotFound)),
    Route("metrics", "GET", ("/metrics",), "Metrics for Prometheus"),
    Route("openapi", "GET", ("/openapi.json",), "This document", (NotReady,)),
)

_PLAIN = {(route.method, path): route for route in ROUTES for path in route.paths if "{" not in path}


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route, and what its path names. HEAD is answered like GET. Raises NotFound or BadMethod."""
    method = "GET" if method == "HEAD" else method
    if route := _PLAIN.get((method, path)):
        return route, {}
    allowed = set()
    for route in ROUTES:
        for pattern in route.patterns:
            if found := pattern.fullmatch(path.rstrip("/")):
                if route.method == method:
                    return route, found.groupdict()
                allowed.add(route.method)
    if allowed:
        raise BadMethod("bad_method", f"Use {min(allowed)} {path}.", allow=min(allowed))
    raise NotFound("not_found", "Nothing is here; POST /invocations and the routes of /openapi.json exist.")
