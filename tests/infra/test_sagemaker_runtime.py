"""The InvokeEndpoint front, called by boto3 as any AWS client would."""

import json

import boto3
import httpx
import numpy as np
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_inference.wire import npy

NPY = "application/x-npy"


@pytest.fixture(scope="module")
def runtime(cloud):
    return boto3.client(
        "sagemaker-runtime",
        endpoint_url=cloud.sagemaker_runtime_url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_only_what_aws_passes_on_reaches_the_caller(runtime, keypoints):
    response = runtime.invoke_endpoint(
        EndpointName="cerca", ContentType=NPY, Body=npy(keypoints), CustomAttributes="top_k=1"
    )
    assert len(json.loads(response["Body"].read())["top"]) == 1
    assert response["ContentType"] == "application/json"
    assert response["InvokedProductionVariant"] == "AllTraffic"
    assert response["CustomAttributes"].startswith("timing=queue;dur=")
    assert "server-timing" not in response["ResponseMetadata"]["HTTPHeaders"]


def test_an_unknown_endpoint_is_a_validation_error(runtime):
    with pytest.raises(ClientError) as caught:
        runtime.invoke_endpoint(EndpointName="other", ContentType=NPY, Body=b"x")
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_containers_refusal_is_a_model_error_with_the_original_answer(runtime):
    with pytest.raises(runtime.exceptions.ModelError) as caught:
        runtime.invoke_endpoint(EndpointName="cerca", ContentType=NPY, Body=npy(np.zeros((2, 2), np.float32)))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert caught.value.response["OriginalStatusCode"] == 400
    assert json.loads(caught.value.response["OriginalMessage"])["error"]["code"] == "bad_shape"


def test_an_unsigned_call_is_refused(cloud):
    response = httpx.post(f"{cloud.sagemaker_runtime_url}/endpoints/cerca/invocations", content=b"x")
    assert response.status_code == 403
    assert response.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
