"""Removes a deployment, and looks whether anything is left."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from infra.deploy import upload
from infra.deploy.clients import Clients, as_sentences
from infra.deploy.settings import Settings
from infra.deploy.stack import Stack
from infra.deploy.verify import Found, verify


def destroy(settings: Settings, say: Callable[[str], None]) -> list[Found]:
    """Empties the bucket, deletes the stack; each resource it had, as its own service sees it now.

    Works on a complete deployment, on one half made, and when there is none (an empty list). Raises DeployError.
    """
    clients = Clients(settings)
    account = clients.account()
    stack = Stack(clients, settings.name, say)
    with as_sentences():
        if settings.code_bucket:
            _empty(clients, settings.code_bucket, say)
            _delete(clients, settings.code_bucket)
        if stack.status() is None:
            return []
        resources = stack.resources()
        for entry in resources:
            if entry["LogicalResourceId"] == "Bucket" and entry.get("PhysicalResourceId"):
                _empty(clients, entry["PhysicalResourceId"], say)
        stack.delete()
        return verify(clients, account, resources)


def _delete(clients: Clients, bucket: str) -> None:
    try:
        clients("s3").delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _empty(clients: Clients, bucket: str, say: Callable[[str], None]) -> None:
    s3 = clients("s3")
    try:
        names = upload.keys(s3, bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return
        raise
    say(f"removing {len(names)} objects from {bucket}")
    upload.remove(s3, bucket, names)
