"""The gateway front: a REST API (v1) with Lambda proxy integration, one resource, stage `prod`."""

import asyncio
import base64
import json
import time
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.bodies import read_body
from infra.local.environment_pool import EnvironmentPool, Outcome
from infra.local.errors import (
    BodyTooLarge,
    FunctionTimeout,
    InvocationError,
    MalformedAnswer,
    PayloadTooLarge,
    TooManyRequests,
)
from infra.local.throttle import ACCOUNT, Limits, Throttle
from infra.local.traces import EndpointStarts, new_trace_id
from lambda_proxy.answers import EXPOSED_HEADERS

STAGE = "prod"
RESOURCE = "/predict"
MAX_BODY_BYTES = 10 * 1024 * 1024
"""Payload limit of an API Gateway REST API."""

INTEGRATION_SECONDS = 29
"""Integration timeout of an API Gateway REST API."""

BINARY_MEDIA_TYPES = frozenset({"application/x-npy", "application/octet-stream"})
"""Bodies of these types reach the function as base64; the template's API lists the same."""

ALLOWED_ORIGIN = "*"
"""Any page may ask: the fronts listen on loopback only, and an answer depends on nothing but the request."""

PREFLIGHT_SECONDS = 7200


class Gateway:
    """`POST /prod/predict` and its preflight."""

    def __init__(self, pool: EnvironmentPool, starts: EndpointStarts, limits: Limits = ACCOUNT) -> None:
        self._pool = pool
        self._starts = starts
        self._throttle = Throttle(limits)

    @property
    def routes(self) -> list[Route]:
        path = f"/{STAGE}{RESOURCE}"
        return [
            Route(path, self._predict, methods=["POST"]),
            Route(path, self._preflight, methods=["OPTIONS"]),
            Route("/{path:path}", self._missing, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        ]

    async def _preflight(self, request: Request) -> Response:
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Origin": ALLOWED_ORIGIN,
                "Access-Control-Allow-Methods": "POST,OPTIONS",
                "Access-Control-Allow-Headers": "Content-Type,Idempotency-Key",
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            },
        )

    async def _missing(self, request: Request) -> Response:
        # What a REST API says for a path or method that it does not have.
        return self._own_answer(403, "Missing Authentication Token", str(uuid4()))

    async def _predict(self, request: Request) -> Response:
        arrived = time.perf_counter()
        request_id, trace_id = str(uuid4()), new_trace_id()
        if not self._throttle.admit():
            throttled = self._own_answer(429, "Too Many Requests", request_id)
            throttled.headers["x-amzn-ErrorType"] = "TooManyRequestsException"
            _describe(throttled, arrived, None, None, None)
            return throttled
        init_ms = function_ms = None
        try:
            body = await read_body(request, MAX_BODY_BYTES)
            event = json.dumps(_proxy_event(request, body, request_id)).encode()
            async with asyncio.timeout(INTEGRATION_SECONDS):
                outcome = await self._pool.invoke(event, trace_id)
            init_ms, function_ms = outcome.init_ms, outcome.ms
            response = self._function_answer(outcome, request_id, request.headers.get("accept", ""))
        except (BodyTooLarge, PayloadTooLarge):
            response = self._own_answer(413, "Request Too Long", request_id)
        except TooManyRequests:
            response = self._own_answer(429, "Too Many Requests", request_id)
        except (TimeoutError, FunctionTimeout):
            response = self._own_answer(504, "Endpoint request timed out", request_id)
        except InvocationError:
            response = self._own_answer(502, "Internal server error", request_id)
        start_ms = self._starts.take(trace_id)
        _describe(response, arrived, init_ms, function_ms, start_ms)
        return response

    def _function_answer(self, outcome: Outcome, request_id: str, accept: str) -> Response:
        """The function's answer in proxy format as an HTTP response. Raises MalformedAnswer.

        Base64 becomes bytes only for who accepts a binary type, and of `Accept` a REST API reads the first alone.
        """
        try:
            answer = json.loads(outcome.result)
            body = answer.get("body") or ""
            binary = answer.get("isBase64Encoded") and _media_type(accept.partition(",")[0]) in BINARY_MEDIA_TYPES
            content = base64.b64decode(body) if binary else body.encode()
            headers = {**answer.get("headers", {}), "x-amzn-RequestId": request_id}
            return Response(content, int(answer["statusCode"]), headers)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedAnswer(str(error)) from None

    def _own_answer(self, status: int, message: str, request_id: str) -> Response:
        """An answer that the function never saw; with CORS, so that a page can read the status."""
        return Response(
            json.dumps({"message": message}),
            status,
            {
                "Content-Type": "application/json",
                "x-amzn-RequestId": request_id,
                "Access-Control-Allow-Origin": ALLOWED_ORIGIN,
                "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            },
        )


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _proxy_event(request: Request, body: bytes, request_id: str) -> dict[str, Any]:
    """The event of a REST API's Lambda proxy integration (payload format 1.0)."""
    headers = dict(request.headers)
    query = dict(request.query_params)
    binary = _media_type(headers.get("content-type", "")) in BINARY_MEDIA_TYPES
    return {
        "resource": RESOURCE,
        "path": RESOURCE,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: request.headers.getlist(name) for name in headers},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: request.query_params.getlist(name) for name in query} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "httpMethod": request.method,
            "identity": {
                "sourceIp": request.client.host if request.client else None,
                "userAgent": headers.get("user-agent"),
            },
            "path": f"/{STAGE}{RESOURCE}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTimeEpoch": int(time.time() * 1e3),
            "resourcePath": RESOURCE,
            "stage": STAGE,
        },
        "body": base64.b64encode(body).decode() if binary else body.decode(errors="replace"),
        "isBase64Encoded": binary,
    }


def _describe(
    response: Response, arrived: float, init_ms: float | None, function_ms: float | None, start_ms: float | None
) -> None:
    """Adds what only this stack can know: who was cold, and the durations of the parts in front of the handler."""
    cold = [name for name, ms in (("lambda", init_ms), ("endpoint", start_ms)) if ms is not None]
    response.headers["x-cerca-cold"] = ",".join(cold) or "none"
    durations = {
        "gateway": (time.perf_counter() - arrived) * 1e3,
        "lambda-init": init_ms,
        "lambda": function_ms,
        "endpoint-start": start_ms,
    }
    entries = [f"{name};dur={ms:.3f}" for name, ms in durations.items() if ms is not None]
    if "server-timing" in response.headers:
        entries.append(response.headers["server-timing"])
    response.headers["server-timing"] = ", ".join(entries)
