"""`CloudUser`: keypoints of real clips through gateway, Lambda and endpoint, as a page sends them."""

from pathlib import Path

from loadtests.load import shipped
from loadtests.load.bodies import CONTENT_TYPES, bodies
from loadtests.load.http_client import Server
from loadtests.load.process import Turn
from loadtests.load.user import LoadUser


class CloudUser(LoadUser):
    """`--wire npy` or `json`. The clips take turns."""

    kind = "cloud"
    default_path = "/prod/predict"
    query = "?top_k=5&logits=1"
    extra_headers = ()
    _bodies: tuple[str, list[bytes]] = ("", [])

    @classmethod
    def prepare(cls, options):
        path = options.keypoints or str(shipped.keypoints())
        if cls._bodies[0] != f"{path} {options.wire}":
            cls._bodies = (f"{path} {options.wire}", bodies(Path(path), options.wire))

    def on_start(self):
        super().on_start()
        self.wire = self.environment.parsed_options.wire
        server = Server.of(self.url())
        headers = {"content-type": CONTENT_TYPES[self.wire], **dict(self.extra_headers)}
        self.requests = [server.request("POST", server.path + self.query, headers, body) for body in self._bodies[1]]

    def act(self, turn: Turn):
        self.ask(f"predict {self.wire}", turn, self.requests[turn.number % len(self.requests)])
