"""The Lambda Runtime API (version 2018-06-01) that `awslambdaric` polls.

The first segment of the path names the environment.
"""

import json
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.bodies import read_body
from infra.local.environment_pool import PAYLOAD_BYTES, EnvironmentPool
from infra.local.errors import BodyTooLarge, EnvironmentCrashed, FunctionError, InvocationError

FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:cerca-proxy"

_RUNTIME = "/{environment}/2018-06-01/runtime"
_ACCEPTED = HTTPStatus.ACCEPTED


def routes(pool: EnvironmentPool) -> list[Route]:
    async def next_invocation(request: Request) -> Response:
        environment = pool.find(request.path_params["environment"])
        invocation = None if environment is None else await environment.next_event()
        if invocation is None:
            return _error(HTTPStatus.GONE, "The environment was stopped.")
        return Response(
            invocation.event,
            media_type="application/json",
            headers={
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1e3)),
                "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            },
        )

    async def response(request: Request) -> Response:
        try:
            return _finish(request, await read_body(request, PAYLOAD_BYTES))
        except BodyTooLarge as error:
            _finish(request, FunctionError(str(error)))
            return _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))

    async def error(request: Request) -> Response:
        return _finish(request, FunctionError(_error_message(await read_body(request, PAYLOAD_BYTES))))

    async def init_error(request: Request) -> Response:
        message = _error_message(await read_body(request, PAYLOAD_BYTES))
        return _finish(request, EnvironmentCrashed(f"The function's init failed: {message}"))

    def _finish(request: Request, outcome: bytes | InvocationError) -> Response:
        environment = pool.find(request.path_params["environment"])
        invocation = None if environment is None else environment.current
        expected = request.path_params.get("request_id")
        if invocation is None or invocation.result.done() or expected not in (None, invocation.request_id):
            return _error(HTTPStatus.BAD_REQUEST, "No such invocation is under way.")
        if isinstance(outcome, bytes):
            invocation.result.set_result(outcome)
        else:
            invocation.result.set_exception(outcome)
        return JSONResponse({"status": "OK"}, _ACCEPTED)

    invocation_path = f"{_RUNTIME}/invocation/{{request_id}}"
    return [
        Route(f"{_RUNTIME}/invocation/next", next_invocation, methods=["GET"]),
        Route(f"{invocation_path}/response", response, methods=["POST"]),
        Route(f"{invocation_path}/error", error, methods=["POST"]),
        Route(f"{_RUNTIME}/init/error", init_error, methods=["POST"]),
    ]


def _error_message(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return "no message"


def _error(status: HTTPStatus, message: str) -> Response:
    return JSONResponse({"errorMessage": message, "errorType": status.phrase}, status)
