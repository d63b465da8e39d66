"""The site's server, on a small site of its own."""

import gzip
import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local import SiteServer
from tests.infra.conftest import ROOT

API = "http://127.0.0.1:9/prod/predict"
BROTLI = bytes.fromhex("0b0280706c61696e03")
"""Of `plain`: some clients decode it."""

SCRIPT = "assets/index-C6pl6Grx.js"


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """A built site with a precompressed script, a file outside it, and the project's own headers."""
    root = tmp_path_factory.mktemp("edge_site")
    (root / "secret.txt").write_text("outside")
    (root / "headers.json").write_text((ROOT / "edge_site" / "headers.json").read_text())
    (root / "dist" / "assets").mkdir(parents=True)
    (root / "dist" / "index.html").write_text("<!doctype html>")
    (root / "dist" / "assets" / "ort-DcHrbrbl.wasm").write_bytes(b"\0asm")
    (root / "dist" / "about-document.html").write_text("eight letters after a dash")
    (root / "dist" / "link.txt").symlink_to(root / "secret.txt")
    script = root / "dist" / SCRIPT
    script.write_text("plain")
    script.with_name(script.name + ".br").write_bytes(BROTLI)
    script.with_name(script.name + ".gz").write_bytes(gzip.compress(b"plain"))
    return root / "dist"


@pytest.fixture(scope="module")
def site(dist) -> Iterator[httpx.Client]:
    with SiteServer(dist, API) as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_client_gets_the_best_encoding_that_it_takes(site, accepted, encoding):
    with site.stream("GET", SCRIPT, headers={"Accept-Encoding": accepted}) as response:
        body = b"".join(response.iter_raw())
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["content-type"].startswith("text/javascript")
    expected = {"br": BROTLI, "gzip": gzip.compress(b"plain"), None: b"plain"}[encoding]
    assert body[-5:] == expected[-5:]
    assert int(response.headers["content-length"]) == len(expected)


def test_hashed_names_are_cached_for_ever_and_others_are_asked_for_again(site):
    assert "immutable" in site.get(SCRIPT).headers["cache-control"]
    for path in ("/", "about-document.html"):
        assert site.get(path).headers["cache-control"] == "no-cache"


def test_an_unchanged_file_is_a_304(site):
    etag = site.get("/").headers["etag"]
    again = site.get("/", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""
    assert site.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_encodings_of_one_file_have_tags_of_their_own(site):
    tags = {site.head(SCRIPT, headers={"Accept-Encoding": name}).headers["etag"] for name in ("br", "gzip", "")}
    assert len(tags) == 3


def test_wasm_has_the_type_that_browsers_insist_on(site):
    assert site.get("assets/ort-DcHrbrbl.wasm").headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("path", ["/", SCRIPT, "config.json", "missing"])
def test_every_answer_carries_the_headers_of_headers_json(site, path):
    expected = json.loads((ROOT / "edge_site" / "headers.json").read_text())
    headers = site.get(path).headers
    for name, value in expected.items():
        assert headers[name] == value.replace("{api}", "http://127.0.0.1:9")


def test_without_an_api_the_policy_allows_no_other_origin_and_the_configuration_says_null(dist):
    with SiteServer(dist) as server:
        response = httpx.get(f"{server.url}config.json")
    assert response.json() == {"api": None, "bundle": "models/default/"}
    assert "http:" not in response.headers["content-security-policy"]
    assert "{api}" not in response.headers["content-security-policy"]


def test_the_configuration_names_the_api(site):
    response = site.get("config.json")
    assert response.json() == {"api": API, "bundle": "models/default/"}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/link.txt",
        "/a%00b",
        "/" + "a" * 5000,
        "/assets/",
        "/missing",
    ],
)
def test_nothing_outside_the_site_is_served(site, path):
    # http.client sends the path as it stands; httpx would tidy it up.
    address = urlsplit(str(site.base_url))
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 404
    assert b"outside" not in response.read()
    connection.close()


def test_only_reading_is_allowed(site):
    assert site.post("/").status_code == 405


def test_another_bundle_is_served_in_place_of_the_built_one(dist, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with SiteServer(dist, bundle=tmp_path) as server, httpx.Client(base_url=server.url) as client:
        folder = client.get("config.json").json()["bundle"]
        assert client.get(f"{folder}manifest.json").text == "{}"
        assert client.get(f"{folder}../secret.txt").status_code == 404
