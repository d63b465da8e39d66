"""What Lambda calls: `lambda_proxy.handler.handler`.

Environment: `CERCA_ENDPOINT_NAME` (required), `CERCA_ALLOWED_ORIGIN` (the site's origin; `*` when unset),
`CERCA_LAMBDA_CLIENT` (`lean`, the default, or `boto3`). Both clients read Lambda's own variables, and
`AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME`, which is all that the local stack changes.
"""

import os

from lambda_proxy.answers import Answers
from lambda_proxy.endpoint_client import EndpointClient
from lambda_proxy.proxy import Proxy


def _client(kind: str, endpoint_name: str) -> EndpointClient:
    # Imported by choice: boto3 is most of an init.
    if kind == "lean":
        from lambda_proxy.lean_client import LeanClient

        return LeanClient(endpoint_name)
    if kind == "boto3":
        from lambda_proxy.boto3_client import Boto3Client

        return Boto3Client(endpoint_name)
    raise ValueError(f"CERCA_LAMBDA_CLIENT is {kind!r}; set it to lean or boto3.")


# Made at import, which is Lambda's init: a cold request pays for it once, a warm one never.
handler = Proxy(
    _client(os.environ.get("CERCA_LAMBDA_CLIENT", "lean"), os.environ["CERCA_ENDPOINT_NAME"]),
    Answers(os.environ.get("CERCA_ALLOWED_ORIGIN", "*")),
)
