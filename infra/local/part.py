"""What `LocalCloud` and `SiteServer` have in common: a part of the stack that runs in a child process."""

from types import TracebackType
from typing import Any, Self

from infra.local.child import Child
from infra.local.errors import LocalStackError


class Part:
    """Started and stopped by hand or as a context manager."""

    def __init__(self, arguments: list[str]) -> None:
        """arguments: what `python -m infra.local` is given."""
        self._arguments = arguments
        self._child: Child | None = None

    def start(self) -> None:
        """Returns when the part listens. Raises StartFailed: site not built, bundle corrupt, port busy."""
        self._child = Child(self._arguments)

    def stop(self) -> None:
        """Ends the part and every process of it. Safe to call twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    def reported(self, name: str) -> Any:
        """What the part said of itself when it started. Raises LocalStackError before that."""
        return self._running.ready[name]

    @property
    def _running(self) -> Child:
        if self._child is None:
            raise LocalStackError("This part of the local stack has not been started.")
        return self._child

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
