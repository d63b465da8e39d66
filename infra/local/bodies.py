"""Reading a request's body with a limit, which Starlette leaves to the application."""

from starlette.requests import Request

from infra.local.errors import BodyTooLarge


async def read_body(request: Request, limit: int) -> bytes:
    """Raises BodyTooLarge, before reading when the length is announced."""
    announced = request.headers.get("content-length", "0")
    if int(announced) > limit:
        raise BodyTooLarge(f"{announced} bytes are announced, {limit} allowed.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(f"More than {limit} bytes.")
    return bytes(body)
