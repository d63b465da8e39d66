"""A LocalStack that is running in host mode (`scripts/localstack FOLDER`): deployed, verified, destroyed.

Where LocalStack cannot fetch the program that runs functions (from GitHub), creating the function fails; the test of a
whole deployment then checks that the failure is named and skips the rest, because LocalStack cannot delete such a stack
either (its DeleteFunction fails on what it never made, and it does not heed RetainResources). A prediction through
LocalStack is in `test_compose.py`.
"""

import contextlib
import dataclasses
import urllib.request

import pytest

from infra.deploy.clients import Clients
from infra.deploy.deploy import Deployer
from infra.deploy.destroy import destroy
from infra.deploy.errors import StackFailed
from infra.deploy.settings import Settings
from infra.deploy.verify import verify
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
        with contextlib.suppress(StackFailed):
            destroy(settings, lambda _: None)


def test_a_dry_run_lists_what_localstack_has_and_nothing_else(settings):
    kinds = {change.kind for change in Deployer(settings, lambda _: None).preview()}
    assert {"AWS::ApiGateway::RestApi", "AWS::Lambda::Function", "AWS::S3::Bucket"} <= kinds
    assert not {kind for kind in kinds if "SageMaker" in kind or "CloudFront" in kind}


def test_what_uploads_go_to_is_made_found_and_removed(settings):
    foundations = dataclasses.replace(settings, name="cerca-test-foundations")
    deployer = Deployer(foundations, lambda _: None)
    change_set, _ = deployer.stack.plan(foundations.parameters(), {"project": "cerca"})
    deployer.stack.execute(change_set)
    account = deployer.clients.account()
    found = verify(deployer.clients, account, deployer.stack.resources())
    assert {entry.resource for entry in found if entry.there} == {"Bucket", "BucketPolicy"}
    assert [entry.there for entry in destroy(foundations, lambda _: None)] == [False, False]
    assert deployer.stack.status() is None


def test_a_deployment_answers_a_prediction_and_leaves_nothing(settings, tmp_path):
    try:
        deployment = Deployer(settings, lambda _: None).run(tmp_path / "deployment.json")
    except StackFailed as error:
        assert "Function (AWS::Lambda::Function): " in str(error)
        pytest.skip(f"this LocalStack cannot run functions: {error}")
    assert deployment.complete and deployment.model_sha256
    assert [entry for entry in destroy(settings, lambda _: None) if entry.there] == []
    assert settings.code_bucket not in {entry["Name"] for entry in Clients(settings)("s3").list_buckets()["Buckets"]}
