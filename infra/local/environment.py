"""One Lambda execution environment: an `awslambdaric` process and what it is working on."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from infra.local.processes import PROJECT_ROOT, kill, spawn

HANDLER = "lambda_proxy.handler.handler"
MEMORY_MB = 512
REGION = "us-east-1"


@dataclass
class Invocation:
    """An event on its way through an environment. `result` gets the handler's JSON, or an InvocationError."""

    event: bytes
    trace_id: str
    deadline: float
    result: asyncio.Future[bytes]
    request_id: str = field(default_factory=lambda: str(uuid4()))
    delivered: float | None = None


class Environment:
    """Starts the process at once; its init lasts until it asks for an event. Call from the main thread.

    provisioned: whether its init was paid for before any request; `initialised` is set when it is over.
    """

    def __init__(self, api: str, variables: dict[str, str], log: Path, provisioned: bool = False) -> None:
        self.id = uuid4().hex
        self.provisioned = provisioned
        self.initialised = asyncio.Event()
        self.init_ms: float | None = None
        self.current: Invocation | None = None
        # None tells a waiting `/next` that no event will come any more.
        self._offers: asyncio.Queue[Invocation | None] = asyncio.Queue()
        self._started = time.perf_counter()
        self._process = spawn(
            ["awslambdaric", HANDLER],
            {**lambda_variables(f"{api}/{self.id}", provisioned), **variables},
            log,
        )

    def offer(self, invocation: Invocation) -> None:
        self.current = invocation
        self._offers.put_nowait(invocation)

    async def next_event(self) -> Invocation | None:
        """What the runtime's `/next` waits for; the first call ends the init."""
        if self.init_ms is None:
            self.init_ms = (time.perf_counter() - self._started) * 1e3
            self.initialised.set()
        invocation = await self._offers.get()
        if invocation is not None:
            invocation.delivered = time.perf_counter()
        return invocation

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        kill(self._process)
        self._offers.put_nowait(None)


def lambda_variables(api: str, provisioned: bool) -> dict[str, str]:
    """What Lambda itself sets, and nothing of the machine's beyond the search path.

    The credentials are placeholders: boto3 signs with them, and the local front does not check the signature.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_LAMBDA_FUNCTION_NAME": "cerca-proxy",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB),
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/cerca-proxy",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency" if provisioned else "on-demand",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_TASK_ROOT": str(PROJECT_ROOT),
        "_HANDLER": HANDLER,
    }
