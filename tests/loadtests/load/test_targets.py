import json

import pytest

from infra.deploy.record import Deployment
from loadtests.load.errors import LoadError, TargetRefused
from loadtests.load.targets import check, of_deployment

API = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/predict"
SITE = "https://d111.cloudfront.net"


@pytest.fixture
def deployment(tmp_path):
    """Writes a deployment.json as `cerca deploy` does; fields replace the usual ones."""

    def write(**fields):
        path = tmp_path / "deployment.json"
        usual = {"complete": True, "api_url": API, "site_url": SITE}
        Deployment("aws", "cerca", "us-east-1", "", **usual | fields).write(path)
        return path

    return write


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8001/prod/predict", "http://localhost:8000", "http://[::1]:9/", "http://127.8.8.8/"],
)
def test_this_machine_may_be_loaded(url):
    check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://192.168.1.1:8080/",
        API,
    ],
)
def test_nothing_else_may(url):
    with pytest.raises(TargetRefused, match="is not loaded: only this machine"):
        check(url)


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "127.0.0.1:8001", "http://me@127.0.0.1/", "http://", "", "http://[::1"]
)
def test_what_is_no_address_is_refused_as_such(url):
    with pytest.raises(LoadError, match="is no address to load"):
        check(url)


def test_a_deployment_may_be_loaded_where_it_says_and_nowhere_else(deployment):
    path = deployment()
    check(API, path)
    check(f"{SITE}/models/index.json", path)
    for url in ("https://other.execute-api.us-east-1.amazonaws.com/prod", f"{SITE}.example.com/", "http://example.com"):
        with pytest.raises(TargetRefused):
            check(url, path)


@pytest.mark.parametrize("host", ["example.com", "amazonaws.com.example.com", "evilcloudfront.net"])
def test_a_deployment_that_names_a_stranger_is_refused(deployment, host):
    with pytest.raises(TargetRefused, match=f"names {host}, which `cerca deploy` never deploys to"):
        of_deployment(deployment(api_url=f"https://{host}/prod/predict"))


def test_an_incomplete_deployment_is_not_loaded(deployment):
    with pytest.raises(TargetRefused, match="is of a deployment that is not complete"):
        of_deployment(deployment(complete=False))


def test_any_other_file_is_no_deployment(tmp_path):
    path = tmp_path / "deployment.json"
    path.write_text(json.dumps({"api_url": "http://example.com"}))
    with pytest.raises(TargetRefused, match="is not a deployment written by `cerca deploy`"):
        of_deployment(path)
    with pytest.raises(TargetRefused, match="does not exist"):
        of_deployment(tmp_path / "nowhere.json")
