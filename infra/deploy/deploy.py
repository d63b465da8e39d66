"""The steps of a deployment. Each can be repeated: what is already there is kept."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.deploy import artifacts, image, smoke, upload, verify
from infra.deploy.clients import Clients, as_sentences
from infra.deploy.errors import NotThere
from infra.deploy.record import Deployment
from infra.deploy.settings import Settings
from infra.deploy.stack import Change, Stack
from recognizer import bundle

Say = Callable[[str], None]

_NOT_YET = {"ImageUri": "to-be-pushed", "CodeKey": "to-be-uploaded", "ModelKey": "models/to-be-uploaded"}


class Deployer:
    """One deployment of `settings`. say: told one line per step and event."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings = settings
        self._say = say
        self.clients = Clients(settings)
        self.stack = Stack(self.clients, settings.name, say)

    def preview(self) -> list[Change]:
        """What a deployment would do, as CloudFormation sees it; changes nothing. Raises DeployError."""
        with as_sentences():
            uploaded = self._uploaded_before() or _NOT_YET
            change_set, changes = self.stack.plan(self.settings.parameters(**uploaded), self._tags())
            if changes:
                self.stack.discard(change_set)
            return changes

    def run(self, record: Path) -> Deployment:
        """Makes everything, verifies it, asks for a prediction, writes `record`. Raises DeployError or BundleError."""
        model_file = bundle.load(self.settings.bundle).default_file
        if self.settings.target == "aws":
            upload.site_files()  # fails before anything is made when the site is not built
        account = self.clients.account()
        deployment = self._describe(complete=False)
        deployment.write(record)
        with as_sentences():
            self.stack.settle()
            uploaded = self._upload(self._foundations(), model_file)
            self._apply(self.settings.parameters(**uploaded))
            outputs = self.stack.outputs()
            # The template's own deployment is a snapshot of the API's first form.
            self.clients("apigateway").create_deployment(restApiId=outputs["ApiId"], stageName="prod")
            api_url = self._api_url(outputs)
            if self.settings.target == "aws":
                self._publish_site(outputs, api_url)
            self._verify(account)
            key = self._api_key(outputs)
        self._say(f"asking {api_url} for a prediction")
        answer = smoke.predict(api_url, key)
        self._say(f"it answered after {answer.seconds:.2f} s (attempt {answer.attempts}), model {answer.sha256[:12]}")
        deployment = self._describe(True, api_url, outputs.get("SiteUrl"), answer.sha256)
        deployment.write(record)
        return deployment

    def _describe(
        self, complete: bool, api_url: str | None = None, site_url: str | None = None, sha256: str | None = None
    ) -> Deployment:
        settings = self.settings
        return Deployment(
            settings.target,
            settings.name,
            settings.region,
            settings.localstack_url,
            complete,
            api_url,
            site_url,
            sha256,
        )

    def _foundations(self) -> Mapping[str, str]:
        """What uploads go to, made if it is not there: the outputs BucketName and, on AWS, RepositoryUri."""
        if self.settings.code_bucket:
            self.clients("s3").create_bucket(Bucket=self.settings.code_bucket)
            return {"BucketName": self.settings.code_bucket}
        if self.stack.status() in (None, "REVIEW_IN_PROGRESS"):
            self._say("the bucket and the registry come first")
            self._apply(self.settings.parameters())
        return self.stack.outputs()

    def _apply(self, parameters: Mapping[str, str]) -> None:
        change_set, changes = self.stack.plan(parameters, self._tags())
        if changes:
            self.stack.execute(change_set)
        else:
            self._say("nothing to change")

    def _upload(self, outputs: Mapping[str, str], model_file: str) -> dict[str, str]:
        code, model = artifacts.function_zip(), artifacts.model_archive(self.settings.bundle)
        for artifact in (code, model):
            self._say(f"uploading {artifact.key}")
            upload.put(self.clients("s3"), outputs["BucketName"], artifact)
        uploaded = {"CodeKey": code.key, "ModelKey": model.key, "ModelFile": model_file}
        if self.settings.target == "aws":
            uploaded["ImageUri"] = image.push_image(self.clients, outputs["RepositoryUri"], self._say)
        return uploaded

    def _uploaded_before(self) -> dict[str, str]:
        """The artifacts that the running stack uses; empty when there is none."""
        used = self.stack.parameters()
        return {name: used[name] for name in ("ImageUri", "CodeKey", "ModelKey", "ModelFile") if used.get("CodeKey")}

    def _publish_site(self, outputs: Mapping[str, str], api_url: str) -> None:
        upload.put_site(self.clients("s3"), outputs["BucketName"], api_url, self._say)
        self.clients("cloudfront").create_invalidation(
            DistributionId=outputs["DistributionId"],
            InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time())},
        )

    def _verify(self, account: str) -> None:
        found = verify.verify(self.clients, account, self.stack.resources())
        missing = [f"{entry.resource} ({entry.kind})" for entry in found if not entry.there]
        if missing:
            raise NotThere(
                f"The stack says that it made these, and their services do not know them: {', '.join(missing)}."
            )
        self._say(f"all {len(found)} resources are described by their own services")

    def _api_url(self, outputs: Mapping[str, str]) -> str:
        if self.settings.target == "localstack":
            return f"{self.settings.localstack_url}/_aws/execute-api/{outputs['ApiId']}/prod/predict"
        return outputs["ApiUrl"]

    def _api_key(self, outputs: Mapping[str, str]) -> str | None:
        if "ApiKeyId" not in outputs:
            return None
        return self.clients("apigateway").get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]

    def _tags(self) -> dict[str, str]:
        return {"project": "cerca", "deployment": self.settings.name}
