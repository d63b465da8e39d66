"""Is every resource of the stack really there? Asked of the resource's own service, never of CloudFormation.

Both emulators (moto, LocalStack) report CREATE_COMPLETE for resources that they never made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.clients import Clients

_GONE = ("NotFound", "NoSuch", "NotExist", "404", "ValidationException", "NonExistent")


@dataclass(frozen=True)
class Found:
    """there: its own service describes it. state: what it says of itself, empty when it has no state."""

    resource: str
    kind: str
    physical_id: str
    there: bool
    state: str = ""


@dataclass(frozen=True)
class _Context:
    clients: Clients
    account: str
    api: str
    bucket: str
    usage_plan: str
    function: str


def verify(clients: Clients, account: str, resources: list[dict[str, Any]]) -> list[Found]:
    """resources: as CloudFormation lists them. One Found each, in their order."""
    ids = {entry["LogicalResourceId"]: entry.get("PhysicalResourceId", "") for entry in resources}
    named = (ids.get(name, "") for name in ("Api", "Bucket", "UsagePlan", "Function"))
    context = _Context(clients, account, *named)
    return [
        _look(context, entry["LogicalResourceId"], entry["ResourceType"], entry.get("PhysicalResourceId", ""))
        for entry in resources
        if entry.get("ResourceStatus") != "DELETE_COMPLETE"
    ]


def _look(context: _Context, resource: str, kind: str, physical_id: str) -> Found:
    if not physical_id or physical_id == "unknown":
        return Found(resource, kind, physical_id, there=False, state="never made")
    try:
        state = DESCRIBERS[kind](context, physical_id)
    except ClientError as error:
        code = str(error.response["Error"].get("Code", ""))
        message = str(error.response["Error"].get("Message", ""))
        if any(word in code for word in _GONE) or "not find" in message or "not found" in message:
            return Found(resource, kind, physical_id, there=False, state=code)
        raise
    return Found(resource, kind, physical_id, there=state is not None, state=state or "")


def _last(identity: str) -> str:
    return identity.rsplit("/", 1)[-1]


def _one(entries: list[dict[str, Any]], key: str, value: str, state: str = "") -> str | None:
    found = [entry for entry in entries if entry[key] == value]
    return (str(found[0].get(state, "")) if state else "") if found else None


def _done(_: Any) -> str:
    return ""


def _gateway_answers(context: _Context, identity: str) -> str | None:
    # The id differs between AWS (`api|type`) and emulators: look for both customised responses of this API.
    answers = context.clients("apigateway").get_gateway_responses(restApiId=context.api)["items"]
    custom = {answer["responseType"] for answer in answers if not answer.get("defaultResponse")}
    return "" if {"DEFAULT_4XX", "DEFAULT_5XX"} <= custom else None


def _method(context: _Context, identity: str) -> str | None:
    resources = context.clients("apigateway").get_resources(restApiId=context.api, embed=["methods"])["items"]
    predict = [resource for resource in resources if resource["path"] == "/predict"]
    return "" if predict and {"POST", "OPTIONS"} <= set(predict[0].get("resourceMethods", {})) else None


def _permission(context: _Context, identity: str) -> str | None:
    policy = context.clients("lambda").get_policy(FunctionName=context.function)["Policy"]
    return "" if context.api in policy else None


Describer = Callable[[_Context, str], str | None]
"""(context, physical id) -> the resource's state ("" when it has none), None when it is not there."""

DESCRIBERS: dict[str, Describer] = {
    "AWS::S3::Bucket": lambda c, i: _done(c.clients("s3").head_bucket(Bucket=i)),
    "AWS::S3::BucketPolicy": lambda c, i: _done(c.clients("s3").get_bucket_policy(Bucket=c.bucket)),
    "AWS::ECR::Repository": lambda c, i: _done(c.clients("ecr").describe_repositories(repositoryNames=[i])),
    "AWS::IAM::Role": lambda c, i: _done(c.clients("iam").get_role(RoleName=i)),
    "AWS::Logs::LogGroup": lambda c, i: _one(
        c.clients("logs").describe_log_groups(logGroupNamePrefix=i)["logGroups"], "logGroupName", i
    ),
    "AWS::SageMaker::Model": lambda c, i: _done(c.clients("sagemaker").describe_model(ModelName=_last(i))),
    "AWS::SageMaker::EndpointConfig": lambda c, i: _done(
        c.clients("sagemaker").describe_endpoint_config(EndpointConfigName=_last(i))
    ),
    "AWS::SageMaker::Endpoint": lambda c, i: c.clients("sagemaker").describe_endpoint(EndpointName=_last(i))[
        "EndpointStatus"
    ],
    "AWS::ApplicationAutoScaling::ScalableTarget": lambda c, i: _one(
        c.clients("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"],
        "ResourceId",
        i.partition("|")[0],
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": lambda c, i: _one(
        c.clients("application-autoscaling").describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"],
        "PolicyARN",
        i,
    ),
    "AWS::Lambda::Function": lambda c, i: c.clients("lambda").get_function(FunctionName=i)["Configuration"]["State"],
    "AWS::Lambda::Permission": _permission,
    "AWS::ApiGateway::RestApi": lambda c, i: _done(c.clients("apigateway").get_rest_api(restApiId=i)),
    "AWS::ApiGateway::Resource": lambda c, i: _done(
        c.clients("apigateway").get_resource(restApiId=c.api, resourceId=i)
    ),
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGateway::GatewayResponse": _gateway_answers,
    "AWS::ApiGateway::Deployment": lambda c, i: _done(
        c.clients("apigateway").get_deployment(restApiId=c.api, deploymentId=i)
    ),
    "AWS::ApiGateway::Stage": lambda c, i: _done(c.clients("apigateway").get_stage(restApiId=c.api, stageName=i)),
    "AWS::ApiGateway::ApiKey": lambda c, i: _done(c.clients("apigateway").get_api_key(apiKey=i)),
    "AWS::ApiGateway::UsagePlan": lambda c, i: _done(c.clients("apigateway").get_usage_plan(usagePlanId=i)),
    "AWS::ApiGateway::UsagePlanKey": lambda c, i: _done(
        c.clients("apigateway").get_usage_plan_key(usagePlanId=c.usage_plan, keyId=i.partition(":")[0])
    ),
    "AWS::CloudFront::OriginAccessControl": lambda c, i: _done(c.clients("cloudfront").get_origin_access_control(Id=i)),
    "AWS::CloudFront::ResponseHeadersPolicy": lambda c, i: _done(
        c.clients("cloudfront").get_response_headers_policy(Id=i)
    ),
    "AWS::CloudFront::Distribution": lambda c, i: c.clients("cloudfront").get_distribution(Id=i)["Distribution"][
        "Status"
    ],
    "AWS::SNS::Topic": lambda c, i: _done(c.clients("sns").get_topic_attributes(TopicArn=i)),
    "AWS::CloudWatch::Alarm": lambda c, i: _one(
        c.clients("cloudwatch").describe_alarms(AlarmNames=[i])["MetricAlarms"], "AlarmName", i, "StateValue"
    ),
    "AWS::Budgets::Budget": lambda c, i: _done(c.clients("budgets").describe_budget(AccountId=c.account, BudgetName=i)),
}
