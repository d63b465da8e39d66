"""The container's settings, read once from the environment variables that SageMaker and the stack set."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cloud_inference.errors import StartupError

MAX_BODY_BYTES = 6_291_456
"""Largest body that SageMaker forwards (`BodyBlob` of the sagemaker-runtime service model)."""


@dataclass(frozen=True)
class Settings:
    """host, port: where to listen. model_file: None stands for the manifest's `default_file`.
    threads: inferences side by side. queue_limit: requests that may wait for the model before new ones get 429."""

    host: str
    port: int
    model_dir: Path
    model_file: str | None
    threads: int
    queue_limit: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises StartupError when a number is not one."""
        return cls(
            host=environment.get("CERCA_HOST", "0.0.0.0"),
            port=_whole_number(environment, "SAGEMAKER_BIND_TO_PORT", default=8080, lowest=1),
            model_dir=Path(environment.get("SAGEMAKER_MODEL_DIR", "/opt/ml/model")),
            model_file=environment.get("CERCA_MODEL_FILE") or None,
            threads=_whole_number(environment, "CERCA_THREADS", default=_cores(), lowest=1),
            queue_limit=_whole_number(environment, "CERCA_QUEUE_LIMIT", default=64, lowest=1),
        )


def _cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole_number(environment: Mapping[str, str], name: str, default: int, lowest: int) -> int:
    text = environment.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= 65_535:
        raise StartupError(f"{name} is {text!r}; set it to a whole number from {lowest} to 65535.")
    return int(text)
