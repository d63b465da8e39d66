"""AWS Signature Version 4 for one JSON-era service call: a path without query, a body in memory.

Written here because importing botocore for it costs most of the function's init (docs/cloud.md); tests hold it to
botocore's own signer. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    """token: the session token of a role's credentials, empty for a user's. Keys are never part of a printed value."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)


class Signer:
    """Signs requests of one service in one region."""

    def __init__(self, credentials: Credentials, region: str, service: str) -> None:
        self._credentials = credentials
        self._region = region
        self._service = service

    def signed(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, moment: datetime | None = None
    ) -> dict[str, str]:
        """The headers (`Host` among them) with date, token and `Authorization`; every one of them is signed.

        path: as it stands in the request, percent-encoded. moment: UTC; now when None.
        """
        stamp = (moment or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        signed = {**headers, "X-Amz-Date": stamp}
        if self._credentials.token:
            signed["X-Amz-Security-Token"] = self._credentials.token
        canonical = sorted((name.lower(), " ".join(value.split())) for name, value in signed.items())
        names = ";".join(name for name, _ in canonical)
        request = "\n".join(
            [
                method,
                quote(path, safe="/-_.~"),
                "",
                *(f"{name}:{value}" for name, value in canonical),
                "",
                names,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = f"{stamp[:8]}/{self._region}/{self._service}/aws4_request"
        text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(self._key(stamp[:8]), text.encode(), hashlib.sha256).hexdigest()
        signed["Authorization"] = (
            f"{ALGORITHM} Credential={self._credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return signed

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self._credentials.secret_key}".encode()
        for part in (day, self._region, self._service, "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key
