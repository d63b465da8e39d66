"""`SiteServer`: the built site on a loopback port."""

from pathlib import Path

from infra.local.part import Part


class SiteServer(Part):
    """Serves `dist` from a child process, with `/config.json` naming the API (None: edge only). A context manager.

    port: 0 takes a free one. bundle: a model bundle to serve in place of the one built into the site. Response
    headers come from `headers.json` in the folder that holds `dist`.
    """

    def __init__(self, dist: Path, api_url: str | None = None, port: int = 0, bundle: Path | None = None) -> None:
        arguments = ["site", f"--dist={dist.resolve()}", f"--port={port}"]
        if api_url is not None:
            arguments.append(f"--api-url={api_url}")
        if bundle is not None:
            arguments.append(f"--bundle={bundle.resolve()}")
        super().__init__(arguments)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT/`."""
        return self.reported("url")
