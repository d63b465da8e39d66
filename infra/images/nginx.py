"""`python -m infra.images.nginx HEADERS API_URL FOLDER`: nginx.conf and config.json for the site's image.

Standard library only: it runs in a bare Python image.
"""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

PORT = 8000

# The cache rule is a map, because a location with an `add_header` of its own would lose the server's.
_CONFIGURATION = """\
worker_processes auto;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    types {{ text/javascript mjs; application/wasm wasm; }}
    charset utf-8;
    default_type application/octet-stream;
    access_log off;
    server_tokens off;
    sendfile on;
    client_body_temp_path /tmp/body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    map $uri $cached {{
        "~/assets/[^/]+-[\\w-]{{8}}\\.\\w+$" "public, max-age=31536000, immutable";
        /config.json no-store;
        default no-cache;
    }}
    server {{
        listen {port};
        root /usr/share/nginx/html;
        gzip_static on;
        gzip_vary on;
        add_header Cache-Control $cached always;
{headers}
        location / {{ try_files $uri $uri/index.html =404; }}
    }}
}}
"""


def configuration(headers: dict[str, str], api_url: str) -> str:
    """nginx.conf. headers: as in `edge_site/headers.json`, `{api}` stands for the API's origin."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(api_url))
    lines = [
        f'        add_header {name} "{_quoted(value.replace("{api}", origin))}" always;'
        for name, value in headers.items()
    ]
    return _CONFIGURATION.format(port=PORT, headers="\n".join(lines))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def main() -> None:
    headers_file, api_url, folder = sys.argv[1:]
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "nginx.conf").write_text(configuration(json.loads(Path(headers_file).read_text()), api_url))
    (target / "config.json").write_text(json.dumps({"api": api_url, "bundle": "models/default/"}))


if __name__ == "__main__":
    main()
