"""`deployment.json`: where the deployed stack is, for `cerca compare`, `cerca status` and `cerca destroy`."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.deploy.errors import DeployError
from infra.deploy.settings import Settings

DEFAULT_PATH = Path("deployment.json")


@dataclass(frozen=True)
class Deployment:
    """api_url: what a page posts keypoints to. site_url: None where the target has no CloudFront.
    complete: False until everything was verified; such a deployment can be resumed or destroyed.
    model_sha256: of the file that answered the smoke test."""

    target: str
    name: str
    region: str
    localstack_url: str
    complete: bool = False
    api_url: str | None = None
    site_url: str | None = None
    model_sha256: str | None = None

    def settings(self) -> Settings:
        """What is needed to look at the deployment and to remove it: the function's address is no matter then, but the
        settings want one for LocalStack."""
        return Settings(
            self.target,
            self.name,
            self.region,
            localstack_url=self.localstack_url,
            sagemaker_url="http://127.0.0.1",
        )

    def write(self, path: Path) -> None:
        """Whole or not at all."""
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(json.dumps(asdict(self), indent=2) + "\n")
        os.replace(partial, path)

    @classmethod
    def read(cls, path: Path) -> "Deployment":
        """Raises DeployError."""
        try:
            return cls(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            raise DeployError(f"{path} does not exist; deploy first, or name the deployment with --record.") from None
        except (OSError, ValueError, TypeError):
            raise DeployError(f"{path} is not a deployment written by `cerca deploy`.") from None
