"""The ASGI application: routes, limits, the queue in front of the model, errors as JSON.

Plain ASGI because the container's start is what a cold request waits for (docs/cloud.md has the figures).
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from cloud_inference import VERSION
from cloud_inference.bodies import decompress, discard_body, read_body
from cloud_inference.drain import Drain
from cloud_inference.errors import BadMethod, Busy, ClientGone, NotFound, NotReady, RequestError
from cloud_inference.exchange import Answer, Receive, Request, json_answer
from cloud_inference.metrics import TEXT, Metrics
from cloud_inference.options import Options, parse_options
from cloud_inference.routes import PROTOCOL, find
from cloud_inference.settings import Settings
from cloud_inference.timing import Stopwatch
from cloud_inference.trim import TrimAfterRush
from cloud_inference.turns import Run, Turns

CUSTOM_ATTRIBUTES = b"x-amzn-sagemaker-custom-attributes"
INFERENCE_HEADER = b"inference-header-content-length"
EXTENSIONS = ("binary_tensor_data",)

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Result = TypeVar("Result")


class Model(Protocol):
    """What the application needs of a classifier."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def labels(self) -> dict[str, str]: ...

    async def answer(self, content_type: str, body: bytes, options: Options, watch: Stopwatch, run: Run) -> bytes: ...

    async def infer(self, body: bytes, header_length: str, watch: Stopwatch, run: Run) -> Answer: ...

    def metadata(self) -> dict[str, Any]: ...

    def document(self) -> dict[str, Any]: ...


class Endpoint:
    """The routes of `routes.ROUTES`. Predictions are 503 until `load` has finished and after `drain` has begun."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: Model | None = None
        self._turns = Turns(settings.threads, settings.queue_limit)
        self._metrics = Metrics()
        self._trim = TrimAfterRush()
        self._handlers: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "ping": self._ping,
            "invocations": self._invoke,
            "server_metadata": self._server_metadata,
            "server_live": self._server_live,
            "server_ready": self._server_ready,
            "model_metadata": self._model_metadata,
            "model_ready": self._model_ready,
            "infer": self._infer,
            "metrics": self._scrape,
            "openapi": self._openapi,
        }
        self.drain = Drain()

    async def load(self) -> None:
        """Loads and warms the model away from the event loop, which answers /ping meanwhile.

        Raises StartupError if the bundle or the model cannot be used.
        """
        # Loading makes many objects and hardly any garbage. All of them stay: the collector walks them neither now nor
        # during requests, where such a walk is a pause.
        gc.disable()
        self._model = await asyncio.to_thread(_make_model, self._settings)
        gc.freeze()
        gc.enable()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.drain.request():
            path, operation = scope["path"], "none"
            try:
                route, named = find(scope["method"], path)
                operation = route.name
                answer = await self._handlers[operation](Request(dict(scope["headers"]), receive, **named))
            except RequestError as error:
                answer = _error_answer(error, path)
                if isinstance(error, Busy):
                    self._trim.refused()
            except ClientGone:
                return
            self._metrics.count(operation, answer.status)
            headers = [
                (b"content-type", answer.content_type.encode()),
                (b"content-length", str(len(answer.body)).encode()),
                *answer.headers,
            ]
            if self.drain.begun:
                headers.append((b"connection", b"close"))
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": answer.body})

    async def _ping(self, request: Request) -> Answer:
        self._ready()
        return json_answer({})

    async def _invoke(self, request: Request) -> Answer:
        model = await self._found(request, self._ready)
        options = parse_options(request.header(CUSTOM_ATTRIBUTES), request.header(b"accept"))
        body = await self._body(request)
        watch = Stopwatch()

        async def work() -> bytes:
            plain = decompress(request.header(b"content-encoding"), body)
            return await model.answer(request.header(b"content-type"), plain, options, watch, self._turns.run)

        content = await self._in_turn(work, watch)
        timing = watch.server_timing().encode()
        headers = [(b"server-timing", timing), (CUSTOM_ATTRIBUTES, b"timing=" + timing)]
        return Answer(content, options.answer_type, headers=headers)

    async def _infer(self, request: Request) -> Answer:
        model = await self._found(request, lambda: self._named_model(request))
        body = await self._body(request)
        watch = Stopwatch()

        async def work() -> Answer:
            plain = decompress(request.header(b"content-encoding"), body)
            return await model.infer(plain, request.header(INFERENCE_HEADER), watch, self._turns.run)

        answer = await self._in_turn(work, watch)
        answer.headers.append((b"server-timing", watch.server_timing().encode()))
        return answer

    async def _body(self, request: Request) -> bytes:
        """A full queue, or too many bodies on their way, refuse it unread, so that an overload fills no memory."""
        with self._turns.arriving():
            return await read_body(request.headers, request.receive)

    async def _found(self, request: Request, find_model: Callable[[], Model]) -> Model:
        """The model; while there is none, the body is read and thrown away. Raises what `find_model` raises."""
        try:
            model = find_model()
        except NotReady:
            # The connection is closed after this answer, and closing it on unread bytes resets it: the client would
            # lose the answer.
            await discard_body(request.headers, request.receive)
            raise
        return model

    async def _in_turn(self, work: Callable[[], Awaitable[Result]], watch: Stopwatch) -> Result:
        """Does the work when its turn comes. Raises Busy when the wait would be too long."""
        try:
            async with self._turns:
                # One turn of the event loop between two requests: arrivals are counted (and refused when too many)
                # and /ping is answered, however long the queue is.
                await asyncio.sleep(0)
                watch.lap("queue")
                return await work()
        finally:
            self._metrics.observe(watch.laps)

    async def _server_metadata(self, request: Request) -> Answer:
        return json_answer({"name": "cerca", "version": VERSION, "extensions": EXTENSIONS})

    async def _server_live(self, request: Request) -> Answer:
        return json_answer({"live": True})

    async def _server_ready(self, request: Request) -> Answer:
        self._ready()
        return json_answer({"live": True, "ready": True})

    async def _model_ready(self, request: Request) -> Answer:
        return json_answer({"name": self._named_model(request).name, "ready": True})

    async def _model_metadata(self, request: Request) -> Answer:
        return json_answer(self._named_model(request).metadata())

    async def _scrape(self, request: Request) -> Answer:
        gauges = {
            "cerca_requests_in_flight": self.drain.under_way,
            "cerca_queue_length": self._turns.waiting,
            "cerca_queue_limit": self._settings.queue_limit,
        }
        return Answer(self._metrics.text(gauges, self._model.labels if self._model else None), TEXT)

    async def _openapi(self, request: Request) -> Answer:
        return json_answer(self._ready().document())

    def _ready(self) -> Model:
        if self.drain.begun:
            raise NotReady("draining", "The container is stopping; send the request again.")
        if self._model is None:
            raise NotReady("not_ready", "The model is still loading; try again shortly.")
        return self._model

    def _named_model(self, request: Request) -> Model:
        """Raises NotReady, and NotFound for a model or a version that is not the one here."""
        model = self._ready()
        if request.model != model.name or request.version not in (None, model.version):
            raise NotFound("unknown_model", f"Only the model {model.name}, version {model.version}, is served here.")
        return model


def _error_answer(error: RequestError, path: str) -> Answer:
    in_protocol = path == PROTOCOL or path.startswith(f"{PROTOCOL}/")
    content = error.message if in_protocol else {"code": error.code, "message": error.message}
    answer = Answer(json.dumps({"error": content}).encode(), status=error.status)
    if isinstance(error, Busy):
        answer.headers.append((b"retry-after", b"1"))
    if isinstance(error, BadMethod):
        answer.headers.append((b"allow", error.allow.encode()))
    return answer


def _make_model(settings: Settings) -> Model:
    # Imported here, in the loading thread: numpy and ONNX Runtime are most of the start.
    from cloud_inference.classifier import Classifier

    return Classifier(settings.model_dir, settings.model_file)
