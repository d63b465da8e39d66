"""What Lambda calls: `lambda_proxy.handler.handler`.

Environment: `CERCA_ENDPOINT_NAME` (required), `CERCA_ALLOWED_ORIGIN` (the site's origin; `*` when unset). boto3 reads
its own, among them `AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME`, which is all that the local stack changes.
"""

import os

from lambda_proxy.answers import Answers
from lambda_proxy.endpoint_client import Boto3Client
from lambda_proxy.proxy import Proxy

# Made at import, which is Lambda's init: a cold request pays for it once, a warm one never.
handler = Proxy(Boto3Client(os.environ["CERCA_ENDPOINT_NAME"]), Answers(os.environ.get("CERCA_ALLOWED_ORIGIN", "*")))
