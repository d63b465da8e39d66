"""The two services that the backend talks to, through the SageMaker SDK: training jobs and S3."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from recognizer.errors import StudyError


class Service(Protocol):
    """What the backend asks of AWS; a test brings its own."""

    def exists(self, bucket: str, key: str) -> bool: ...

    def upload(self, path: Path, bucket: str, key: str) -> None: ...

    def download(self, uri: str, path: Path) -> None: ...

    def create(self, request: dict) -> None: ...

    def describe(self, name: str) -> dict: ...

    def stop(self, name: str) -> None: ...


class Aws:
    """The SDK's `TrainingJob`, and S3. Raises StudyError, one sentence, where AWS refuses or cannot be reached."""

    def __init__(self, region: str) -> None:
        try:
            import boto3
            from sagemaker.core.resources import TrainingJob
        except ImportError:
            raise StudyError(
                "The SageMaker SDK is not installed: `pip install 'cerca[train,sagemaker]'` installs it."
            ) from None
        self._jobs = TrainingJob
        self._session = boto3.Session(region_name=region)
        self._s3 = self._session.client("s3")

    def exists(self, bucket: str, key: str) -> bool:
        with _sentence("look into the bucket"):
            found = self._s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key for entry in found.get("Contents", []))

    def upload(self, path: Path, bucket: str, key: str) -> None:
        with _sentence(f"upload {path.name}"):
            self._s3.upload_file(str(path), bucket, key)

    def download(self, uri: str, path: Path) -> None:
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        with _sentence(f"download {uri}"):
            self._s3.download_file(bucket, key, str(path))

    def create(self, request: dict) -> None:
        with _sentence("submit a training job"):
            self._jobs.create(**_snake(request), session=self._session, region=self._session.region_name)

    def describe(self, name: str) -> dict:
        """`status`, `reason` and `artifacts` (an S3 address) of a job; the latter two may be None."""
        with _sentence(f"look at the job {name}"):
            job = self._job(name)
        reason, artifacts = (_assigned(getattr(job, field)) for field in ("failure_reason", "model_artifacts"))
        return {
            "status": job.training_job_status,
            "reason": reason,
            "artifacts": artifacts and artifacts.s3_model_artifacts,
        }

    def stop(self, name: str) -> None:
        with _sentence(f"stop the job {name}"):
            self._job(name).stop()

    def _job(self, name: str):
        return self._jobs.get(training_job_name=name, session=self._session, region=self._session.region_name)


@contextmanager
def _sentence(what: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StudyError(f"AWS did not {what} ({error}): check credentials, region and permissions.") from None


def _snake(value):
    """SageMaker's names as the SDK writes them: TrainingJobName -> training_job_name. Hyperparameters keep theirs."""
    if isinstance(value, list):
        return [_snake(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {_snake_name(name): each if name == "HyperParameters" else _snake(each) for name, each in value.items()}


def _snake_name(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _assigned(value):
    """None for a field that the SDK has not filled in."""
    return None if type(value).__name__ == "Unassigned" else value
