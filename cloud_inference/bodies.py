"""A request's body: read under a size limit and a time limit, gzip undone under the same size limit."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from cloud_inference.errors import BadRequest, ClientGone, EndpointError, SlowBody, TooLarge, UnsupportedType
from cloud_inference.settings import MAX_BODY_BYTES

BODY_SECONDS = 20
"""Longest that a body may take to arrive, so that a client that stops half way cannot hold up the drain."""

_GZIP = 16 + zlib.MAX_WBITS


async def read_body(headers: dict[bytes, bytes], receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
    """The body as it came, never empty.

    Raises TooLarge before reading when the length is announced, else as soon as the limit is passed; SlowBody,
    BadRequest for an empty one, and ClientGone.
    """
    if int(headers.get(b"content-length", b"0")) > MAX_BODY_BYTES:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _read(receive)
    except TimeoutError:
        raise SlowBody("slow_body", f"The body did not arrive within {BODY_SECONDS} s; send it again.") from None
    if not body:
        raise BadRequest("empty_body", "The body is empty; send keypoints as JSON or npy.")
    return body


async def discard_body(headers: dict[bytes, bytes], receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """Reads a body that is refused anyway, under the same limits; whatever is wrong with it no longer matters."""
    with suppress(EndpointError):
        await read_body(headers, receive)


def decompress(content_encoding: str, body: bytes) -> bytes:
    """The body without its content encoding: gzip, or none.

    Raises UnsupportedType for another encoding, BadRequest for what is not gzip, and TooLarge as soon as the limit
    is passed, however small the compressed body was.
    """
    encoding = content_encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise UnsupportedType("unsupported_encoding", "Send the body as it is or with Content-Encoding: gzip.")
    stream = zlib.decompressobj(_GZIP)
    try:
        content = stream.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise BadRequest("bad_gzip", "The body is marked as gzip and is not.") from None
    if len(content) > MAX_BODY_BYTES:
        raise _too_large()
    if not stream.eof or stream.unused_data:
        raise BadRequest("bad_gzip", "The gzip stream is cut short, or something follows it.")
    return content


async def _read(receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large() -> TooLarge:
    return TooLarge("too_large", f"The body is larger than {MAX_BODY_BYTES} bytes; send fewer frames.")
