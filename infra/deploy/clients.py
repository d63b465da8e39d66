"""boto3 clients for one target, and its failures as sentences."""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
)

from infra.deploy.errors import DeployError, NotReachable
from infra.deploy.settings import Settings


class Clients:
    """`clients("s3")` is a boto3 client; LocalStack's take its placeholder credentials."""

    def __init__(self, settings: Settings) -> None:
        self.region = settings.region
        local = settings.target == "localstack"
        session = boto3.Session(
            region_name=settings.region,
            **({"aws_access_key_id": "test", "aws_secret_access_key": "test"} if local else {}),
        )
        extra = {"endpoint_url": settings.localstack_url} if local else {}
        config = Config(
            connect_timeout=5,
            retries={"mode": "standard", "max_attempts": 4},
            s3={"addressing_style": "path"} if local else {},
        )
        self._make = cache(lambda service: session.client(service, config=config, **extra))

    def __call__(self, service: str) -> Any:
        return self._make(service)

    def account(self) -> str:
        """The account's number: the first call of every command. Raises NotReachable."""
        with as_sentences():
            return self("sts").get_caller_identity()["Account"]


@contextlib.contextmanager
def as_sentences() -> Iterator[None]:
    """Turns boto3's exceptions into DeployError."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError):
        raise NotReachable("No AWS credentials: run `aws configure`, or set AWS_PROFILE.") from None
    except EndpointConnectionError as error:
        raise NotReachable(f"Nobody answers at {error.kwargs['endpoint_url']}; is it running?") from None
    except ClientError as error:
        reason = error.response["Error"]
        raise DeployError(
            f"{error.operation_name} was refused ({reason.get('Code')}): {reason.get('Message')}"
        ) from None
    except BotoCoreError as error:
        raise DeployError(str(error)) from None
