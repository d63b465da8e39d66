"""A run as the request that creates its training job, in the words of SageMaker's API."""

import hashlib
import re

from recognizer.study import entry
from recognizer.study.plan import Run
from recognizer.study.sagemaker.settings import Settings

LONGEST_NAME = 63
VOLUME_GB = 5


def job_name(run: Run, data_sha256: str, begun: int) -> str:
    """Unique in an account, and of letters, digits and single hyphens; `begun`: Unix seconds."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", run.id).strip("-")
    digest = hashlib.sha256(f"{run.id} {data_sha256}".encode()).hexdigest()[:8]
    tail = f"-{digest}-{begun}"
    return f"cerca-{words}"[: LONGEST_NAME - len(tail)].rstrip("-") + tail


def training_job(
    run: Run, data_sha256: str, teacher: str | None, channels: dict[str, str], settings: Settings, begun: int
) -> dict:
    """The arguments of CreateTrainingJob; `channels`: S3 address by name.

    The container has no network: it is given its data, and leaves its model.
    """
    return {
        "TrainingJobName": job_name(run, data_sha256, begun),
        "RoleArn": settings.role,
        "AlgorithmSpecification": {"TrainingImage": settings.image, "TrainingInputMode": "File"},
        "HyperParameters": entry.hyperparameters(run, data_sha256, teacher),
        "InputDataConfig": [_channel(name, uri) for name, uri in channels.items()],
        "OutputDataConfig": {"S3OutputPath": settings.uri(data_sha256, "output")},
        "ResourceConfig": {"InstanceType": settings.instance, "InstanceCount": 1, "VolumeSizeInGB": VOLUME_GB},
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.longest_s},
        "EnableNetworkIsolation": True,
        "Tags": [{"Key": "project", "Value": "cerca"}],
    }


def _channel(name: str, uri: str) -> dict:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "InputMode": "File"}
