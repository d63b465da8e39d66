"""The stack against moto: the calls' shapes, what is verified, what destroy leaves; and failures against a stand-in."""

from datetime import UTC, datetime

import pytest

from infra.deploy.deploy import Deployer
from infra.deploy.destroy import destroy
from infra.deploy.errors import StackFailed
from infra.deploy.stack import Stack
from infra.deploy.verify import verify

ACCOUNT = "123456789012"
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse")


@pytest.fixture
def stack(clients, settings):
    return Stack(clients, settings.name)


@pytest.fixture
def foundations(stack, settings):
    change_set, changes = stack.plan(settings.parameters(), {"project": "cerca"})
    stack.execute(change_set)
    return changes


# moto's change sets list resources whose condition is false, and its stacks list them without a name.
def named(resources):
    return [entry for entry in resources if entry["LogicalResourceId"]]


def test_the_first_step_makes_the_bucket_and_the_registry_only(stack, foundations):
    assert {change.action for change in foundations} == {"Add"}
    assert {entry["LogicalResourceId"] for entry in named(stack.resources())} == {"Bucket", "Repository"}


def test_what_was_made_is_found_at_its_own_service(clients, stack, foundations):
    found = verify(clients, ACCOUNT, named(stack.resources()))
    assert {entry.resource: entry.there for entry in found} == {"Bucket": True, "Repository": True}


def test_a_resource_that_cloudformation_only_claims_is_not_there(clients):
    claimed = [
        {
            "LogicalResourceId": "Distribution",
            "ResourceType": "AWS::CloudFront::Distribution",
            "PhysicalResourceId": "E1",
        },
        {"LogicalResourceId": "Endpoint", "ResourceType": "AWS::SageMaker::Endpoint", "PhysicalResourceId": "unknown"},
        {"LogicalResourceId": "Api", "ResourceType": "AWS::ApiGateway::RestApi", "PhysicalResourceId": "abc"},
        {"LogicalResourceId": "FunctionRole", "ResourceType": "AWS::IAM::Role", "PhysicalResourceId": "nobody"},
        {"LogicalResourceId": "Function", "ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "none"},
        {"LogicalResourceId": "FunctionLogs", "ResourceType": "AWS::Logs::LogGroup", "PhysicalResourceId": "/none"},
    ]
    assert [entry.resource for entry in verify(clients, ACCOUNT, claimed) if entry.there] == []


def test_destroy_empties_the_bucket_and_finds_nothing_left(clients, settings, stack, foundations):
    ids = {entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in stack.resources()}
    bucket = ids["Bucket"]
    clients("s3").put_object(Bucket=bucket, Key="models/x", Body=b"x")
    left = destroy(settings, lambda _: None)
    assert {entry.resource for entry in left} >= {"Bucket", "Repository"}
    assert [entry for entry in left if entry.there] == []
    assert stack.status() is None


def test_destroy_of_nothing_is_no_error(clients, settings):
    assert destroy(settings, lambda _: None) == []


def test_a_dry_run_leaves_no_stack(clients, settings):
    deployer = Deployer(settings, lambda _: None)
    changes = deployer.preview()
    assert {"Endpoint", "Function", "Distribution", "Api"} <= {change.resource for change in changes}
    assert deployer.stack.status() is None


class CloudFormation:
    """A stack whose states come in the order given; the last one stays."""

    def __init__(self, *states, events=(), change_set=None):
        self.states = list(states)
        self.events = list(events)
        self.change_set = change_set
        self.calls = []

    def __getattr__(self, name):
        def call(**arguments):
            self.calls.append(name)
            return {}

        return call

    def describe_stacks(self, StackName):
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"Stacks": [{"StackStatus": state, "StackId": "arn:stack"}]}

    def describe_stack_events(self, StackName):
        return {"StackEvents": self.events}

    def describe_change_set(self, **_):
        return self.change_set


def on(cloudformation):
    return Stack(lambda service: cloudformation, "cerca")


def event(resource, status, reason=""):
    return {
        "EventId": f"{resource}-{status}",
        "Timestamp": datetime.now(UTC),
        "LogicalResourceId": resource,
        "ResourceType": "AWS::X::Y",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_an_interrupted_change_is_waited_for():
    cloudformation = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    on(cloudformation).settle()
    assert "delete_stack" not in cloudformation.calls


def test_a_failed_first_creation_is_removed_before_the_next_try():
    cloudformation = CloudFormation("ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    on(cloudformation).settle()
    assert cloudformation.calls == ["delete_stack"]


def test_a_stuck_rollback_is_left_to_a_person():
    with pytest.raises(StackFailed, match="cerca destroy"):
        on(CloudFormation("UPDATE_ROLLBACK_FAILED")).settle()


def test_the_first_failure_is_named_and_not_what_was_cancelled_because_of_it():
    old = event("Old", "CREATE_FAILED", "of an earlier attempt")
    new = [
        event("Endpoint", "CREATE_FAILED", "The image is not x86-64"),
        event("Api", "CREATE_FAILED", "Resource creation cancelled"),
    ]
    cloudformation = CloudFormation("ROLLBACK_COMPLETE", events=[old])
    cloudformation.execute_change_set = lambda **_: cloudformation.events.extend(new)
    with pytest.raises(StackFailed, match=r"Endpoint \(AWS::X::Y\): The image is not x86-64"):
        on(cloudformation).execute("one")


def test_what_cannot_be_deleted_is_let_go_of_at_the_next_try():
    cloudformation = CloudFormation("CREATE_FAILED", "DELETE_FAILED", "DELETE_COMPLETE")
    cloudformation.get_paginator = lambda _: cloudformation
    cloudformation.paginate = lambda **_: [
        {"StackResourceSummaries": [{"LogicalResourceId": "Function", "ResourceStatus": "DELETE_FAILED"}]}
    ]
    asked = []
    cloudformation.delete_stack = lambda **arguments: asked.append(arguments.get("RetainResources"))
    on(cloudformation).delete()
    assert asked == [None, ["Function"]]


def test_no_change_is_no_failure():
    refused = {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
    assert on(CloudFormation("UPDATE_COMPLETE", change_set=refused)).plan({}, {})[1] == []


def test_a_refused_change_says_why():
    refused = {"Status": "FAILED", "StatusReason": "Transform failed"}
    with pytest.raises(StackFailed, match="Transform failed"):
        on(CloudFormation("UPDATE_COMPLETE", change_set=refused)).plan({}, {})
