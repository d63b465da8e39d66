"""`python sagemaker_local.py MODEL.tar.gz PORT`: the endpoint's image under SageMaker's SDK in local mode, asked once.

A program of its own: the SDK is heavy and stays out of this project's environment.
"""

import json
import sys

from sagemaker.local import LocalSession
from sagemaker.model import Model

NAME = "cerca-local"
NOBODY = "arn:aws:iam::111111111111:role/none"


def main() -> None:
    archive, port = sys.argv[1:]
    session = LocalSession()
    session.config = {"local": {"serving_port": int(port)}}
    model = Model(image_uri="cerca/endpoint", model_data=f"file://{archive}", role=NOBODY, sagemaker_session=session)
    try:
        # Returns once the container's /ping has said 200.
        model.deploy(initial_instance_count=1, instance_type="local", endpoint_name=NAME)
        answer = session.sagemaker_runtime_client.invoke_endpoint(
            EndpointName=NAME,
            ContentType="application/json",
            Accept="application/json",
            Body=json.dumps({"keypoints": [[[0.5, 0.5]] * 54] * 8}),
        )
        print("\n" + answer["Body"].read().decode())  # the SDK prints its progress on a line without an end
    finally:
        session.sagemaker_client.delete_endpoint(NAME)


if __name__ == "__main__":
    main()
