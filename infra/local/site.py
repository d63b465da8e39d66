"""`SiteServer`: the built site on a loopback port."""

from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local.child import Child
from infra.local.errors import LocalStackError


class SiteServer:
    """Serves `dist` from a child process, with `/config.json` naming the API (None: edge only). A context manager.

    port: 0 takes a free one. bundle: a model bundle to serve in place of the one built into the site. Response
    headers come from `headers.json` in the folder that holds `dist`.
    """

    def __init__(self, dist: Path, api_url: str | None = None, port: int = 0, bundle: Path | None = None) -> None:
        self._arguments = ["site", f"--dist={dist.resolve()}", f"--port={port}"]
        if api_url is not None:
            self._arguments.append(f"--api-url={api_url}")
        if bundle is not None:
            self._arguments.append(f"--bundle={bundle.resolve()}")
        self._child: Child | None = None

    def start(self) -> None:
        """Returns when the site can be fetched. Raises StartFailed if it is not built or the port is busy."""
        self._child = Child(self._arguments)

    def stop(self) -> None:
        """Safe to call twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT/`."""
        if self._child is None:
            raise LocalStackError("The site has not been started.")
        return self._child.ready["url"]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
