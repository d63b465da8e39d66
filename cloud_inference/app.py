"""The ASGI application: routes, limits, the queue in front of the model, errors as JSON.

Plain ASGI because the container's start is what a cold request waits for (docs/cloud.md has the figures).
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from cloud_inference.errors import BadRequest, Busy, ClientGone, NotReady, RequestError, TooLarge
from cloud_inference.options import Options, parse_options
from cloud_inference.settings import MAX_BODY_BYTES, Settings
from cloud_inference.timing import Stopwatch

CUSTOM_ATTRIBUTES = b"x-amzn-sagemaker-custom-attributes"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Answers(Protocol):
    """What the application needs of a classifier."""

    def answer(self, content_type: str, body: bytes, options: Options, watch: Stopwatch) -> bytes: ...


class Endpoint:
    """`GET /ping` and `POST /invocations`. Answers 503 until `load` has finished."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._classifier: Answers | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

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
        try:
            status, headers, body = await self._respond(scope, receive)
        except RequestError as error:
            status, headers, body = error.status, [], _error_body(error.code, error.message)
        except ClientGone:
            return
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
        match scope["method"], scope["path"]:
            case "GET" | "HEAD", "/ping":
                self._ready()
                return 200, [], b"{}"
            case "POST", "/invocations":
                return await self._invoke(dict(scope["headers"]), receive)
            case _, "/ping" | "/invocations":
                return 405, [], _error_body("bad_method", "Use GET /ping or POST /invocations.")
            case _:
                return 404, [], _error_body("not_found", "Only GET /ping and POST /invocations exist here.")

    async def _invoke(self, headers: dict[bytes, bytes], receive: Receive) -> tuple[int, Headers, bytes]:
        classifier = self._ready()
        options = parse_options(headers.get(CUSTOM_ATTRIBUTES, b"").decode("latin-1"))
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        body = await _read_body(headers, receive)
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
                answer = classifier.answer(content_type, body, options, watch)
        finally:
            self._waiting -= 1
        timing = watch.server_timing().encode()
        return 200, [(b"server-timing", timing), (CUSTOM_ATTRIBUTES, b"timing=" + timing)], answer

    def _ready(self) -> Answers:
        if self._classifier is None:
            raise NotReady("not_ready", "The model is still loading; try again shortly.")
        return self._classifier


async def _read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Raises TooLarge before reading when the length is announced, else as soon as the limit is passed."""
    too_large = TooLarge("too_large", f"The body is larger than {MAX_BODY_BYTES} bytes; send fewer frames.")
    if int(headers.get(b"content-length", b"0")) > MAX_BODY_BYTES:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise too_large
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    if size == 0:
        raise BadRequest("empty_body", "The body is empty; send keypoints as JSON or npy.")
    return b"".join(chunks)


def _error_body(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


def _make_classifier(settings: Settings) -> Answers:
    # Imported here, in the loading thread: numpy and ONNX Runtime are most of the start.
    from cloud_inference.classifier import Classifier

    return Classifier(settings.model_dir, settings.model_file, settings.threads)
