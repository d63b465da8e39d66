"""What a deployment is asked to be, and the template's parameters that follow from it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.deploy.errors import DeployError

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
HEADERS = ROOT / "edge_site" / "headers.json"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
_HEADER_PARAMETERS = {
    "Cross-Origin-Opener-Policy": "CrossOriginOpenerPolicy",
    "Cross-Origin-Embedder-Policy": "CrossOriginEmbedderPolicy",
    "Cross-Origin-Resource-Policy": "CrossOriginResourcePolicy",
    "Permissions-Policy": "PermissionsPolicy",
    "Referrer-Policy": "ReferrerPolicy",
}


@dataclass(frozen=True)
class Settings:
    """name: of the stack, the endpoint, the function and the registry. Memory in MB, budget in USD a month.
    localstack_url, sagemaker_url: for target localstack only; the second is what the function calls InvokeEndpoint on.
    Raises DeployError when they do not fit together."""

    target: Literal["aws", "localstack"]
    name: str = "cerca"
    region: str = "us-east-1"
    bundle: Path = ROOT / "models" / "default"
    mode: Literal["serverless", "realtime"] = "serverless"
    serverless_memory: int = 1024
    instance_type: str = "ml.t2.medium"
    function_memory: int = 512
    allowed_origin: str = ""
    alarm_email: str = ""
    monthly_budget: int = 20
    require_api_key: bool = False
    localstack_url: str = "http://127.0.0.1:4566"
    sagemaker_url: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise DeployError(
                f"{self.name!r} cannot name a deployment; use 2 to 32 lower-case letters, digits and hyphens."
            )
        if self.target == "localstack" and not self.sagemaker_url:
            raise DeployError(
                "LocalStack has no SageMaker; say with --sagemaker-url where the function finds InvokeEndpoint."
            )

    @property
    def code_bucket(self) -> str:
        """LocalStack only: its CloudFormation cannot update a stack whose conditions turn true (`Unresolved resource
        dependencies`), so there the bucket that code is uploaded to first stands beside the stack. Empty for AWS."""
        return f"{self.name}-code" if self.target == "localstack" else ""

    def parameters(self, **uploaded: str) -> dict[str, str]:
        """The template's parameters. uploaded: ImageUri, CodeKey, ModelKey, ModelFile as far as they exist."""
        return {
            "Target": self.target,
            "EndpointMode": self.mode,
            "ServerlessMemory": str(self.serverless_memory),
            "InstanceType": self.instance_type,
            "FunctionMemory": str(self.function_memory),
            "AllowedOrigin": self.allowed_origin,
            "AlarmEmail": self.alarm_email,
            "MonthlyBudget": str(self.monthly_budget),
            "RequireApiKey": str(self.require_api_key).lower(),
            "SageMakerUrl": self.sagemaker_url,
            "CodeBucket": self.code_bucket,
            **header_parameters(),
            **uploaded,
        }


def header_parameters() -> dict[str, str]:
    """The site's response headers for the template, which itself sets `X-Content-Type-Options` and HSTS.

    Raises DeployError when headers.json has one that the template does not know.
    """
    headers = json.loads(HEADERS.read_text())
    before, api, after = headers.pop("Content-Security-Policy").partition("{api}")
    if not api:
        raise DeployError(f"{HEADERS} has no {{api}} in its Content-Security-Policy; the page could not call the API.")
    headers.pop("X-Content-Type-Options", None)
    unknown = set(headers) - set(_HEADER_PARAMETERS)
    if unknown:
        raise DeployError(f"{HEADERS} has {', '.join(sorted(unknown))}, which infra/template.yaml does not send yet.")
    named = {_HEADER_PARAMETERS[name]: value for name, value in headers.items()}
    # The template puts the space back: a parameter that ends in one would be easy to lose.
    return {"CspBeforeApi": before.rstrip(), "CspAfterApi": after, **named}
