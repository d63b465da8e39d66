"""`EndpointUser`: the same requests to the container alone, without what AWS puts before it."""

# The module, not the class: Locust runs every user class that a file names.
from loadtests.users import cloud


class EndpointUser(cloud.CloudUser):
    kind = "endpoint"
    default_path = "/invocations"
    query = ""
    # What lambda_proxy asks for on a page's behalf.
    extra_headers = (("x-amzn-sagemaker-custom-attributes", "top_k=5;logits=1"),)
