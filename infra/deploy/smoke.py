"""One prediction through the deployed API, as a page would ask for it."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from infra.deploy.errors import SmokeFailed

ATTEMPT_SECONDS = 35
PATIENCE_SECONDS = 120
"""A fresh API and a fresh serverless endpoint may refuse the first requests."""


@dataclass(frozen=True)
class Smoke:
    """label: the likeliest of a still pose, which means nothing. seconds: of the request that was answered."""

    label: str
    sha256: str
    seconds: float
    attempts: int


def predict(api_url: str, api_key: str | None = None, patience: float = PATIENCE_SECONDS) -> Smoke:
    """Raises SmokeFailed with the last refusal when nothing is answered within `patience` seconds."""
    still = [[0.3 + 0.01 * point, 0.2 + 0.01 * point] for point in range(54)]
    body = json.dumps({"keypoints": [still] * 8}).encode()
    headers = {"Content-Type": "application/json", **({"X-Api-Key": api_key} if api_key else {})}
    deadline, attempts = time.monotonic() + patience, 0
    while True:
        attempts += 1
        started = time.monotonic()
        request = urllib.request.Request(api_url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=ATTEMPT_SECONDS) as response:
                answer = json.load(response)
            return Smoke(answer["top"][0]["label"], answer["model"]["sha256"], time.monotonic() - started, attempts)
        except urllib.error.HTTPError as error:
            refusal = f"HTTP {error.code}: {error.read(300).decode(errors='replace')}"
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            refusal = f"{type(error).__name__}: {error}"
        if time.monotonic() > deadline:
            raise SmokeFailed(f"{api_url} answered no prediction in {attempts} attempts; the last one: {refusal}")
        time.sleep(2)
