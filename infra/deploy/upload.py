"""Into the bucket: artifacts below code/ and models/, the built site below site/."""

import json
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.deploy.artifacts import Artifact
from infra.deploy.errors import DeployError
from infra.deploy.settings import ROOT

DIST = ROOT / "edge_site" / "dist"
SITE_PREFIX = "site/"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".wasm": "application/wasm",
}
_HASHED_NAME = re.compile(r"^assets/[^/]+-[\w-]{8}\.\w+$")
_COMPRESSED = (".br", ".gz")


def put(s3: Any, bucket: str, artifact: Artifact) -> None:
    s3.put_object(Bucket=bucket, Key=artifact.key, Body=artifact.body)


def site_files(dist: Path = DIST) -> dict[str, dict[str, str]]:
    """Path below `dist` -> the object's metadata, and `source`: the file whose bytes are sent.

    What the build compressed goes up as brotli under its plain name: CloudFront compresses nothing above 10 MB, which
    the WebAssembly is, and every browser that can run the site takes brotli. Raises DeployError if it is not built.
    """
    if not (dist / "index.html").is_file():
        raise DeployError(f"{dist} has no index.html; build the site with `make site`.")
    files = {}
    for path in sorted(path for path in dist.rglob("*") if path.is_file() and path.suffix not in _COMPRESSED):
        name = path.relative_to(dist).as_posix()
        compressed = path.with_name(f"{path.name}.br")
        files[name] = {
            "source": str(compressed if compressed.is_file() else path),
            "ContentType": _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            "CacheControl": "public, max-age=31536000, immutable" if _HASHED_NAME.match(name) else "no-cache",
            **({"ContentEncoding": "br"} if compressed.is_file() else {}),
        }
    return files


def put_site(s3: Any, bucket: str, api_url: str, say: Callable[[str], None], dist: Path = DIST) -> None:
    """index.html last, so that a page never names an asset that is not there yet; then removes what is no more."""
    files = site_files(dist)
    for name in sorted(files, key=lambda name: name == "index.html"):
        say(f"uploading {name}")
        metadata = dict(files[name])
        with open(metadata.pop("source"), "rb") as content:
            s3.put_object(Bucket=bucket, Key=SITE_PREFIX + name, Body=content, **metadata)
    config = json.dumps({"api": api_url, "bundle": "models/default/"})
    s3.put_object(
        Bucket=bucket,
        Key=f"{SITE_PREFIX}config.json",
        Body=config.encode(),
        ContentType="application/json",
        CacheControl="no-store",
    )
    kept = {SITE_PREFIX + name for name in (*files, "config.json")}
    remove(s3, bucket, [key for key in keys(s3, bucket, SITE_PREFIX) if key not in kept])


def keys(s3: Any, bucket: str, prefix: str = "") -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def remove(s3: Any, bucket: str, names: list[str]) -> None:
    """Raises DeployError when S3 keeps one."""
    for start in range(0, len(names), 1000):
        batch = [{"Key": name} for name in names[start : start + 1000]]
        errors = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True}).get("Errors", [])
        if errors:
            raise DeployError(f"S3 did not delete {errors[0]['Key']}: {errors[0]['Message']}")
