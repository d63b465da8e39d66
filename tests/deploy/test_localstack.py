"""A LocalStack that is running (`scripts/localstack FOLDER`): deployed, verified, destroyed.

LocalStack fetches the program that runs functions from GitHub. Where it cannot, creating the function fails, and this
test still checks that the failure is named and that nothing is left.
"""

import urllib.request

import pytest

from infra.deploy.clients import Clients
from infra.deploy.deploy import Deployer
from infra.deploy.destroy import destroy
from infra.deploy.errors import StackFailed
from infra.deploy.settings import Settings
from infra.local import LocalCloud

URL = "http://127.0.0.1:4566"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def running():
    try:
        urllib.request.urlopen(f"{URL}/_localstack/health", timeout=2).close()
    except OSError:
        pytest.skip("no LocalStack on port 4566: start it with scripts/localstack (needs Python 3.13)")


@pytest.fixture
def settings():
    with LocalCloud(Settings("aws").bundle) as cloud:
        settings = Settings(
            "localstack", name="cerca-test", localstack_url=URL, sagemaker_url=cloud.sagemaker_runtime_url
        )
        yield settings
        destroy(settings, lambda _: None)


def test_a_dry_run_lists_what_localstack_has_and_nothing_else(settings):
    kinds = {change.kind for change in Deployer(settings, lambda _: None).preview()}
    assert {"AWS::ApiGateway::RestApi", "AWS::Lambda::Function", "AWS::S3::Bucket"} <= kinds
    assert not {kind for kind in kinds if "SageMaker" in kind or "CloudFront" in kind}


def test_a_deployment_answers_or_says_what_could_not_be_made_and_leaves_nothing(settings, tmp_path):
    half_made = set()
    try:
        deployment = Deployer(settings, lambda _: None).run(tmp_path / "deployment.json")
        assert deployment.complete and deployment.model_sha256
    except StackFailed as error:
        assert "Function (AWS::Lambda::Function): " in str(error)
        # LocalStack keeps the entry of a function that it could not make, and cannot delete it either.
        half_made = {"Function", "FunctionPermission"}
    left = destroy(settings, lambda _: None)
    assert {entry.resource for entry in left if entry.there} <= half_made
    assert Deployer(settings, lambda _: None).stack.status() is None
    assert settings.code_bucket not in {entry["Name"] for entry in Clients(settings)("s3").list_buckets()["Buckets"]}
