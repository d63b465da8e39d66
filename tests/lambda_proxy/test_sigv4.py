"""Our signer against botocore's."""

from datetime import UTC, datetime

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from lambda_proxy.sigv4 import Credentials, Signer

MOMENT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
HOST = "runtime.sagemaker.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("token", ["", "IQoJb3JpZ2luX2VjE+/token=="])
@pytest.mark.parametrize("body", [b"", b"\x93NUMPY\x00\xff", b'{"keypoints": []}'])
@pytest.mark.parametrize("path", ["/endpoints/cerca/invocations", "/endpoints/a%20b/invocations"])
@pytest.mark.parametrize("attributes", ["top_k=5;logits=1", "  two   blanks "])
def test_botocore_signs_the_same_request_the_same_way(monkeypatch, token, body, path, attributes):
    headers = {"Host": HOST, "Content-Type": "application/x-npy", "X-Amzn-SageMaker-Custom-Attributes": attributes}
    request = AWSRequest("POST", f"https://{HOST}{path}", headers, body)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: MOMENT.replace(tzinfo=None))
    auth.SigV4Auth(BotocoreCredentials("AKID", "secret/key+", token or None), "sagemaker", "eu-west-1").add_auth(
        request
    )

    signer = Signer(Credentials("AKID", "secret/key+", token), "eu-west-1", "sagemaker")
    signed = signer.signed("POST", path, headers, body, MOMENT)
    assert signed["Authorization"] == request.headers["Authorization"]
    assert signed["X-Amz-Date"] == request.headers["X-Amz-Date"]
    assert signed.get("X-Amz-Security-Token") == request.headers.get("X-Amz-Security-Token")


def test_keys_do_not_show_in_a_printed_value():
    assert "secret" not in repr(Credentials("AKID", "secret", "secret token"))
