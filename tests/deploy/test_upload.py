"""The site in the bucket."""

import json

import pytest

from infra.deploy import upload
from infra.deploy.errors import DeployError


@pytest.fixture
def dist(tmp_path):
    for name in ("index.html", "index.html.br", "assets/app-1a2b3c4d.js", "assets/app-1a2b3c4d.js.br", "pose.task"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.fixture
def bucket(clients):
    clients("s3").create_bucket(Bucket="site-bucket")
    return "site-bucket"


def test_what_the_build_compressed_is_stored_as_brotli_under_its_plain_name(clients, bucket, dist):
    upload.put_site(clients("s3"), bucket, "https://api/prod/predict", lambda _: None, dist)
    script = clients("s3").get_object(Bucket=bucket, Key="site/assets/app-1a2b3c4d.js")
    assert script["Body"].read() == b"assets/app-1a2b3c4d.js.br"
    assert (script["ContentEncoding"], script["ContentType"]) == ("br", "text/javascript; charset=utf-8")
    assert script["CacheControl"] == "public, max-age=31536000, immutable"
    task = clients("s3").get_object(Bucket=bucket, Key="site/pose.task")
    assert "ContentEncoding" not in task
    assert task["CacheControl"] == "no-cache"


def test_the_page_is_told_the_api_and_old_files_go(clients, bucket, dist):
    clients("s3").put_object(Bucket=bucket, Key="site/assets/old-00000000.js", Body=b"")
    clients("s3").put_object(Bucket=bucket, Key="models/kept", Body=b"")
    said = []
    upload.put_site(clients("s3"), bucket, "https://api/prod/predict", said.append, dist)
    config = json.load(clients("s3").get_object(Bucket=bucket, Key="site/config.json")["Body"])
    assert config == {"api": "https://api/prod/predict", "bundle": "models/default/"}
    keys = upload.keys(clients("s3"), bucket)
    assert "site/assets/old-00000000.js" not in keys
    assert "models/kept" in keys
    assert said[-1] == "uploading index.html"


def test_a_site_that_is_not_built_is_named_with_its_remedy(tmp_path):
    with pytest.raises(DeployError, match="make site"):
        upload.site_files(tmp_path)


def test_more_than_a_thousand_objects_are_removed(clients, bucket):
    for number in range(1001):
        clients("s3").put_object(Bucket=bucket, Key=f"n{number}", Body=b"")
    upload.remove(clients("s3"), bucket, upload.keys(clients("s3"), bucket))
    assert upload.keys(clients("s3"), bucket) == []
