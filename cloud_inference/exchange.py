"""One request and one answer, as the application's parts hand them to each other."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from cloud_inference.options import JSON

Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = list[tuple[bytes, bytes]]


@dataclass
class Request:
    """headers: lower-case names. model, version: what the path names, None where it names none."""

    headers: dict[bytes, bytes]
    receive: Receive
    model: str | None = None
    version: str | None = None

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


@dataclass
class Answer:
    """headers: all but the length."""

    body: bytes
    content_type: str = JSON
    status: int = 200
    headers: Headers = field(default_factory=list)


def json_answer(content: Any) -> Answer:
    return Answer(json.dumps(content).encode())
