"""A moto account: placeholder credentials, nothing leaves the process."""

import pytest
from moto import mock_aws

from infra.deploy.clients import Clients
from infra.deploy.settings import Settings


@pytest.fixture(autouse=True)
def placeholder_credentials(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("infra.deploy.stack.POLL_SECONDS", 0.01)


@pytest.fixture
def settings():
    return Settings("aws")


@pytest.fixture
def clients(settings):
    with mock_aws():
        yield Clients(settings)
