"""InvokeEndpoint with the standard library alone: one signed POST over a connection that is kept."""

import http.client
import json
import os
import select
import ssl
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from lambda_proxy.endpoint_client import (
    CONNECT_SECONDS,
    CUSTOM_ATTRIBUTES,
    INFERENCE_ID,
    EndpointAnswer,
    from_service,
    timing_in,
)
from lambda_proxy.errors import EndpointFailed, EndpointTimeout, EndpointUnavailable
from lambda_proxy.request import Invocation
from lambda_proxy.sigv4 import Credentials, Signer

MAX_ANSWER_BYTES = 6_291_456
"""Largest body that InvokeEndpoint gives back."""


class LeanClient:
    """Reads what boto3 would, and no more: the variables that Lambda sets, and the service's endpoint URL.

    For regions whose names end in amazonaws.com, as all commercial ones do.
    """

    def __init__(self, endpoint_name: str, environment: Mapping[str, str] = os.environ) -> None:
        region = environment["AWS_REGION"]
        url = urlsplit(
            environment.get("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME") or f"https://runtime.sagemaker.{region}.amazonaws.com"
        )
        self._environment = environment
        self._host = url.netloc
        self._path = f"{url.path.rstrip('/')}/endpoints/{quote(endpoint_name, safe='')}/invocations"
        self._signer = Signer(
            Credentials(
                environment["AWS_ACCESS_KEY_ID"],
                environment["AWS_SECRET_ACCESS_KEY"],
                environment.get("AWS_SESSION_TOKEN", ""),
            ),
            region,
            "sagemaker",
        )
        if url.scheme == "https":
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                url.netloc, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(url.netloc, timeout=CONNECT_SECONDS)

    def invoke(self, invocation: Invocation, seconds: float) -> EndpointAnswer:
        try:
            self._connect()
            self._connection.sock.settimeout(seconds)
            self._connection.request("POST", self._path, invocation.body, self._headers(invocation))
            response = self._connection.getresponse()
            body = response.read(MAX_ANSWER_BYTES + 1)
        except TimeoutError as error:
            self._connection.close()
            raise EndpointTimeout(f"{self._host}: {error}") from None
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise EndpointUnavailable(f"{self._host}: {error!r}") from None
        if len(body) > MAX_ANSWER_BYTES:
            self._connection.close()
            raise EndpointFailed(f"The answer is larger than {MAX_ANSWER_BYTES} bytes.")
        if response.status != 200:
            raise _failure(response.headers.get("x-amzn-errortype", ""), response.status, body)
        timing = timing_in(response.headers.get(CUSTOM_ATTRIBUTES, ""))
        return EndpointAnswer(body, timing, response.headers.get("Content-Type", ""))

    def _connect(self) -> None:
        """An open connection. One that the other side closed meanwhile, or while Lambda had us frozen, is replaced."""
        sock = self._connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self._connection.close()
        if self._connection.sock is None:
            self._connection.timeout = CONNECT_SECONDS
            self._connection.connect()

    def _headers(self, invocation: Invocation) -> dict[str, str]:
        headers = {
            "Host": self._host,
            "Content-Type": invocation.content_type,
            "Accept": invocation.accept,
        }
        if invocation.custom_attributes:
            headers[CUSTOM_ATTRIBUTES] = invocation.custom_attributes
        if invocation.idempotency_key:
            headers[INFERENCE_ID] = invocation.idempotency_key
        # As boto3 does: what joins the parts of one request in X-Ray.
        if trace_id := self._environment.get("_X_AMZN_TRACE_ID"):
            headers["X-Amzn-Trace-Id"] = trace_id
        return self._signer.signed("POST", self._path, headers, invocation.body)


def _failure(kind: str, status: int, body: bytes) -> Exception:
    """The service's error, as a rest-json service writes it: the kind in a header or the body, `Kind:http://...`."""
    try:
        fields = json.loads(body)
        fields = fields if isinstance(fields, dict) else {}
    except ValueError:
        fields = {}
    kind = (kind or str(fields.get("__type", ""))).partition(":")[0].rpartition("#")[2]
    message = fields.get("Message") or fields.get("message") or ""
    return from_service(kind, f"{kind} ({status}): {message}", fields)
