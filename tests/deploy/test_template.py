"""infra/template.yaml: lint, least privilege, and the numbers and headers that it shares with the code."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml

from infra.deploy.settings import HEADERS, ROOT, TEMPLATE, header_parameters
from infra.deploy.verify import DESCRIBERS
from infra.local.environment_pool import TIMEOUT_SECONDS
from infra.local.gateway import BINARY_MEDIA_TYPES, INTEGRATION_SECONDS, PREFLIGHT_SECONDS


@pytest.fixture(scope="module")
def template():
    return cfn_yaml.load(str(TEMPLATE))


def test_cfn_lint_finds_nothing():
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), TEMPLATE], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_security_linter_finds_nothing_unexplained():
    checkov = shutil.which("checkov")
    if checkov is None:
        pytest.skip("checkov is not installed (it is heavy): pip install it into an environment of its own")
    done = subprocess.run([checkov, "--config-file", "infra/checkov.yaml"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_every_exception_of_the_security_linter_has_a_reason():
    lines = (ROOT / "infra" / "checkov.yaml").read_text().splitlines()
    exceptions = [number for number, line in enumerate(lines) if line.strip().startswith("- CKV")]
    assert exceptions
    assert all(len(lines[number - 1].strip().lstrip("# ")) > 20 for number in exceptions)
    assert all(lines[number - 1].strip().startswith("#") for number in exceptions)


def test_the_function_may_invoke_one_endpoint_and_write_its_own_log(template):
    statements = template["Resources"]["FunctionRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in statements] == [
        "sagemaker:InvokeEndpoint",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
    ]
    assert statements[0]["Resource"]["Fn::Sub"].endswith(":endpoint/${AWS::StackName}")
    assert statements[1]["Resource"]["Fn::Sub"].endswith(":log-group:/aws/lambda/${AWS::StackName}:*")


def test_no_statement_allows_every_action(template):
    allowed = [
        action
        for resource in template["Resources"].values()
        for policy in resource.get("Properties", {}).get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    ]
    assert allowed
    assert not [action for action in allowed if "*" in action]


def test_the_limits_are_those_of_the_local_gateway(template):
    resources = template["Resources"]
    assert set(resources["Api"]["Properties"]["BinaryMediaTypes"]) == BINARY_MEDIA_TYPES
    assert resources["Function"]["Properties"]["Timeout"] == TIMEOUT_SECONDS
    assert resources["Predict"]["Properties"]["Integration"]["TimeoutInMillis"] == INTEGRATION_SECONDS * 1000
    preflight = resources["Preflight"]["Properties"]["Integration"]["IntegrationResponses"][0]["ResponseParameters"]
    assert preflight["method.response.header.Access-Control-Max-Age"] == f"'{PREFLIGHT_SECONDS}'"


def test_the_site_gets_every_header_of_headers_json(template):
    policy = template["Resources"]["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    custom = {item["Header"] for item in policy["CustomHeadersConfig"]["Items"]}
    security = {
        "ContentSecurityPolicy": "Content-Security-Policy",
        "ContentTypeOptions": "X-Content-Type-Options",
        "ReferrerPolicy": "Referrer-Policy",
    }
    sent = custom | {header for name, header in security.items() if name in policy["SecurityHeadersConfig"]}
    headers = json.loads(HEADERS.read_text())
    assert sent == set(headers)
    parameters = header_parameters()
    policy = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
    api = "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
    for name in ("CspBeforeApi", "CspAfterApi"):
        policy = policy.replace(f"${{{name}}}", parameters[name])
    assert policy.replace(api, "{api}") == headers["Content-Security-Policy"]


def test_the_headers_that_the_template_has_of_its_own_are_those_of_headers_json(template):
    defaults = {name: template["Parameters"][name]["Default"] for name in header_parameters()}
    assert defaults == header_parameters()
    assert defaults["PermissionsPolicy"].startswith("camera=(self)")


def test_every_kind_of_resource_can_be_verified(template):
    assert {resource["Type"] for resource in template["Resources"].values()} == set(DESCRIBERS)


def test_the_bucket_is_private(template):
    assert set(template["Resources"]["Bucket"]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


def test_images_start_from_the_bases_that_the_stand_ins_are_named_after():
    stand_ins = (ROOT / "scripts" / "stand_in_images").read_text()
    bases = {
        line.partition("=")[2]
        for path in Path(ROOT / "infra" / "images").glob("*.Dockerfile")
        for line in path.read_text().splitlines()
        if line.startswith(("ARG PYTHON=", "ARG NGINX="))
    }
    assert len(bases) == 2
    assert all(f"={base}\n" in stand_ins for base in bases)
