"""InvokeEndpoint by boto3, which Lambda's Python runtime brings along."""

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from lambda_proxy.endpoint_client import CONNECT_SECONDS, READ_SECONDS, EndpointAnswer, from_service, timing_in
from lambda_proxy.errors import EndpointTimeout, EndpointUnavailable
from lambda_proxy.request import Invocation


class Boto3Client:
    """Its timeouts are fixed when it is made, so it waits READ_SECONDS at most, whatever `seconds` says."""

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

    def invoke(self, invocation: Invocation, seconds: float) -> EndpointAnswer:
        arguments = {
            "EndpointName": self._endpoint_name,
            "ContentType": invocation.content_type,
            "Accept": invocation.accept,
            "Body": invocation.body,
        }
        if invocation.custom_attributes:
            arguments["CustomAttributes"] = invocation.custom_attributes
        if invocation.idempotency_key:
            arguments["InferenceId"] = invocation.idempotency_key
        try:
            response = self._runtime.invoke_endpoint(**arguments)
            body = response["Body"].read()
        except ClientError as error:
            raise from_service(error.response["Error"]["Code"], str(error), error.response) from None
        except (ReadTimeoutError, ConnectTimeoutError) as error:
            raise EndpointTimeout(str(error)) from None
        except BotoCoreError as error:
            raise EndpointUnavailable(str(error)) from None
        return EndpointAnswer(body, timing_in(response.get("CustomAttributes", "")), response.get("ContentType", ""))
