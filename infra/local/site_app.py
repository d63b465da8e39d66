"""The site's files over HTTP: precompressed variants, security headers, caching, `/config.json`."""

import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.errors import StartFailed

SHIPPED_BUNDLE = "models/default/"
OTHER_BUNDLE = "bundle/"

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""In order of preference: brotli is the smaller."""

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
"""Stated here because a machine's own table may lack .mjs or .wasm, and a browser refuses them as anything else."""

HASHED_NAME = re.compile(r"/assets/[^/]+-[\w-]{8}\.\w+$")
"""Where Vite puts built assets, and how it names them: a new content gets a new name."""

_CHUNK_BYTES = 1 << 20


def site_app(dist: Path, api_url: str | None, bundle: Path | None = None) -> Starlette:
    """Serves `dist` with the headers of `headers.json` beside it, and `bundle` in place of the one built into it.

    Raises StartFailed when the site is not built.
    """
    if not (dist / "index.html").is_file():
        raise StartFailed(f"{dist} has no index.html: build the site with `make site`.")
    config = {"api": api_url, "bundle": OTHER_BUNDLE if bundle else SHIPPED_BUNDLE}
    others = [Mount(f"/{OTHER_BUNDLE}", _Precompressed(directory=bundle))] if bundle else []

    async def send_config(_: Request) -> Response:
        return JSONResponse(config, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[Route("/config.json", send_config), *others, Mount("/", _Precompressed(directory=dist, html=True))],
        middleware=[Middleware(_WithHeaders, headers=_read_headers(dist.parent / "headers.json", api_url))],
    )


def _read_headers(path: Path, api_url: str | None) -> list[tuple[bytes, bytes]]:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(api_url)) if api_url else ""
    try:
        headers = json.loads(path.read_bytes())
        return [(name.lower().encode(), value.replace("{api}", origin).encode()) for name, value in headers.items()]
    except (OSError, ValueError, AttributeError):
        raise StartFailed(f"{path} is not a JSON object of response headers: restore it from the repository.") from None


class _WithHeaders:
    """Adds the same headers to every response, errors included."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Precompressed(StaticFiles):
    """Starlette's static files, answered from the `.br` or `.gz` file beside them when the client takes it."""

    def file_response(
        self, full_path: str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        encoding, path = _variant(full_path, Headers(scope=scope).get("accept-encoding", ""))
        response = super().file_response(path, os.stat(path), scope, status_code)
        if encoding:
            response.headers["content-encoding"] = encoding
        response.headers["vary"] = "Accept-Encoding"
        hashed = HASHED_NAME.search(scope["path"])
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        if isinstance(response, FileResponse):
            suffix = os.path.splitext(full_path)[1]
            response.headers["content-type"] = CONTENT_TYPES.get(suffix, "application/octet-stream")
            response.chunk_size = _CHUNK_BYTES
        return response


def _variant(path: str, accepted: str) -> tuple[str | None, str]:
    """The content coding and the file to send; (None, path) when the plain one it is."""
    codings = {}
    for part in accepted.split(","):
        name, _, parameters = part.partition(";")
        codings[name.strip().lower()] = parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for name, suffix in ENCODINGS.items():
        if codings.get(name) and os.path.isfile(path + suffix):
            return name, path + suffix
    return None, path
