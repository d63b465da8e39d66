"""The way to the endpoint, and the meaning of its failures.

The handler knows no boto3: another client can stand here.
"""

import json
from dataclasses import dataclass
from typing import Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from lambda_proxy.errors import (
    EndpointFailed,
    EndpointTimeout,
    EndpointUnavailable,
    ProxyError,
    Refused,
    Throttled,
)
from lambda_proxy.request import Invocation

CONNECT_SECONDS = 2
READ_SECONDS = 25
"""Below API Gateway's 29 s, so that a slow endpoint is answered by us, with a sentence."""

PASSED_ON = (400, 413, 415, 422, 429, 503)
"""The statuses that the endpoint's contract gives a meaning."""


@dataclass(frozen=True)
class EndpointAnswer:
    """body: the endpoint's JSON. timing: its `Server-Timing` entries, empty when it sent none."""

    body: str
    timing: str


class EndpointClient(Protocol):
    def invoke(self, invocation: Invocation) -> EndpointAnswer:
        """Raises ProxyError."""
        ...


class Boto3Client:
    """InvokeEndpoint by boto3, which Lambda's Python image brings along."""

    def __init__(self, endpoint_name: str) -> None:
        self._endpoint_name = endpoint_name
        # One attempt: a retry would hide a failure and make one measured request out of two.
        self._runtime = boto3.client(
            "sagemaker-runtime",
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 1},
            ),
        )

    def invoke(self, invocation: Invocation) -> EndpointAnswer:
        arguments = {
            "EndpointName": self._endpoint_name,
            "ContentType": invocation.content_type,
            "Accept": "application/json",
            "Body": invocation.body,
        }
        if invocation.custom_attributes:
            arguments["CustomAttributes"] = invocation.custom_attributes
        try:
            response = self._runtime.invoke_endpoint(**arguments)
            body = response["Body"].read().decode()
        except ClientError as error:
            raise _from_service(error) from None
        except (ReadTimeoutError, ConnectTimeoutError) as error:
            raise EndpointTimeout(str(error)) from None
        except BotoCoreError as error:
            raise EndpointUnavailable(str(error)) from None
        name, _, timing = response.get("CustomAttributes", "").partition("=")
        return EndpointAnswer(body, timing if name == "timing" else "")


def _from_service(error: ClientError) -> ProxyError:
    code = error.response["Error"]["Code"]
    if code == "ModelError":
        return _from_model(error)
    if code in ("ThrottlingException", "Throttling", "TooManyRequestsException"):
        return Throttled(str(error))
    if code in ("ServiceUnavailable", "ModelNotReadyException"):
        return EndpointUnavailable(str(error))
    return EndpointFailed(str(error))


def _from_model(error: ClientError) -> ProxyError:
    """The container's own answer, which SageMaker wraps into a 424."""
    status = error.response.get("OriginalStatusCode", 0)
    original = error.response.get("OriginalMessage", "")
    if status not in PASSED_ON:
        return EndpointFailed(str(error))
    try:
        reason = json.loads(original)["error"]
        return Refused(status, str(reason["code"]), str(reason["message"]), str(error))
    except (ValueError, KeyError, TypeError):
        return EndpointFailed(str(error))
