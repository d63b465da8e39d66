"""The ASGI application: routes, limits, the queue in front of the model, errors as JSON.

Plain ASGI because the container's start is what a cold request waits for (docs/cloud.md has the figures).
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from cloud_inference.bodies import decompress, read_body
from cloud_inference.drain import Drain
from cloud_inference.errors import Busy, ClientGone, NotReady, RequestError
from cloud_inference.options import JSON, Options, parse_options
from cloud_inference.settings import Settings
from cloud_inference.timing import Stopwatch

CUSTOM_ATTRIBUTES = b"x-amzn-sagemaker-custom-attributes"
JSON_TYPE = (b"content-type", JSON.encode())

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Answers(Protocol):
    """What the application needs of a classifier."""

    def answer(self, content_type: str, body: bytes, options: Options, watch: Stopwatch) -> bytes: ...


class Endpoint:
    """`GET /ping` and `POST /invocations`. Answers 503 until `load` has finished and after `drain` has begun."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._classifier: Answers | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self.drain = Drain()

    async def load(self) -> None:
        """Loads and warms the model away from the event loop, which answers /ping meanwhile.

        Raises StartupError if the bundle or the model cannot be used.
        """
        # Loading makes many objects and hardly any garbage. All of them stay: the collector walks them neither now nor
        # during requests, where such a walk is a pause.
        gc.disable()
        self._classifier = await asyncio.to_thread(_make_classifier, self._settings)
        gc.freeze()
        gc.enable()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.drain.request():
            try:
                status, headers, body = await self._respond(scope, receive)
            except RequestError as error:
                status, headers, body = error.status, [JSON_TYPE], _error_body(error.code, error.message)
            except ClientGone:
                return
            headers.append((b"content-length", str(len(body)).encode()))
            if self.drain.begun:
                headers.append((b"connection", b"close"))
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
        match scope["method"], scope["path"]:
            case "GET" | "HEAD", "/ping":
                self._ready()
                return 200, [JSON_TYPE], b"{}"
            case "POST", "/invocations":
                return await self._invoke(dict(scope["headers"]), receive)
            case _, "/ping" | "/invocations":
                return 405, [JSON_TYPE], _error_body("bad_method", "Use GET /ping or POST /invocations.")
            case _:
                return 404, [JSON_TYPE], _error_body("not_found", "Only GET /ping and POST /invocations exist here.")

    async def _invoke(self, headers: dict[bytes, bytes], receive: Receive) -> tuple[int, Headers, bytes]:
        def header(name: bytes) -> str:
            return headers.get(name, b"").decode("latin-1")

        classifier = self._ready()
        options = parse_options(header(CUSTOM_ATTRIBUTES), header(b"accept"))
        body = await read_body(headers, receive)
        if self._waiting >= self._settings.queue_limit:
            raise Busy("busy", f"{self._waiting} requests are already waiting for the model; try again shortly.")
        watch = Stopwatch()
        self._waiting += 1
        try:
            async with self._turn:
                # One turn of the event loop between two inferences: arrivals are counted (and refused when too
                # many) and /ping is answered, however long the queue is.
                await asyncio.sleep(0)
                watch.lap("queue")
                body = decompress(header(b"content-encoding"), body)
                answer = classifier.answer(header(b"content-type"), body, options, watch)
        finally:
            self._waiting -= 1
        timing = watch.server_timing().encode()
        content_type = (b"content-type", options.answer_type.encode())
        return 200, [content_type, (b"server-timing", timing), (CUSTOM_ATTRIBUTES, b"timing=" + timing)], answer

    def _ready(self) -> Answers:
        if self.drain.begun:
            raise NotReady("draining", "The container is stopping; send the request again.")
        if self._classifier is None:
            raise NotReady("not_ready", "The model is still loading; try again shortly.")
        return self._classifier


def _error_body(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


def _make_classifier(settings: Settings) -> Answers:
    # Imported here, in the loading thread: numpy and ONNX Runtime are most of the start.
    from cloud_inference.classifier import Classifier

    return Classifier(settings.model_dir, settings.model_file, settings.threads)
