"""`SiteUser`: what a visitor of the site costs its web server, on a first visit and when the same one comes back.

A turn is a visit: the page, then everything that a real browser was seen to fetch, six connections at a time. A
returning visitor asks only for what HTTP caching makes a browser ask for, with the conditions that it would send; the
service worker, which saves a few of those as well, is left out. Every request is recorded, and each visit as one more
record, `first_visit` or `repeat_visit`. (Not `site.py`: Locust would put it before Python's own module of that name.)
"""

from collections import deque
from pathlib import PurePosixPath

from gevent.pool import Pool

from loadtests.load import shipped
from loadtests.load.clock import now
from loadtests.load.http_cache import HttpCache
from loadtests.load.http_client import Server
from loadtests.load.process import Turn
from loadtests.load.user import LoadUser, StatusError

CONNECTIONS = 6
"""Of a browser to one host (HTTP/1.1)."""

CACHING = ("cache-control", "etag", "last-modified", "date")


class SiteUser(LoadUser):
    """Every other visit is by somebody who was here before; until there is one, by somebody new."""

    kind = "site"
    _paths: list[str] = []  # noqa: RUF012

    @classmethod
    def prepare(cls, options):
        cls._paths = cls._paths or shipped.visit()

    def on_start(self):
        super().on_start()
        self.server = Server.of(self.url())
        self.visitors: deque[HttpCache] = deque(maxlen=1000)
        self.visits = 0

    def act(self, turn: Turn):
        self.visits += 1
        returns = self.visits % 2 == 0 and len(self.visitors) > 0
        visitor = self.visitors.popleft() if returns else HttpCache()
        sent, received, refused = now(), 0, None
        page, *rest = self._paths
        # Only the visit was due at a moment; what it fetches follows from it.
        own = Turn(turn.number, turn.stage, None)
        fetches = Pool(CONNECTIONS)
        try:
            received += self._fetch(page, visitor, own)
            received += sum(fetches.imap_unordered(lambda path: self._fetch(path, visitor, own), rest))
        except StatusError as error:
            refused = error
        finally:
            fetches.kill()
        name = "repeat_visit" if returns else "first_visit"
        self.fire(
            "VISIT", name, turn, sent, now(), exception=refused, bytes_down=received, status=None if refused else 200
        )
        if refused is None:
            self.visitors.append(visitor)

    def _fetch(self, path: str, visitor: HttpCache, turn: Turn) -> int:
        """Bytes received; 0 where the visitor's cache answers. Raises StatusError where the visit fails for it."""
        conditions = visitor.conditions(path, now())
        if conditions is None:
            return 0
        request = self.server.request("GET", path, {"accept-encoding": "br, gzip", **conditions})
        answer = self.ask(f"GET {PurePosixPath(path).suffix or path}", turn, request, "GET")
        if answer is None or answer.status not in (200, 304):
            raise StatusError(f"{path}: {answer.status if answer else 'no answer'}")
        visitor.keep(path, answer.status, {name: answer.header(name) for name in CACHING}, answer.ended)
        return answer.received
