"""`BrowserUser`: a real Chromium that opens the site and recognises clip after clip in the page, by the edge path.

The times are the page's own. Each user is a browser, so this is a closed workload: `-u 2`. `--host` is the site's
address, `--clips` the folder of clips.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import gevent
from locust import events

from infra.local.processes import PROJECT_ROOT
from loadtests.clips import find_clips
from loadtests.load.clock import now
from loadtests.load.errors import LoadError
from loadtests.load.process import Turn
from loadtests.load.user import CUT_OFF, LoadUser

STOP_SECONDS = 10


class PageFailed(Exception):
    """What the page said in place of an answer."""


class BrowserUser(LoadUser):
    kind = "browser"

    @classmethod
    def prepare(cls, options):
        if options.rate:
            raise LoadError("A browser takes one clip after the other: give users (-u), not a rate.")
        find_clips(Path(options.clips))

    def on_start(self):
        options = self.environment.parsed_options
        self.clips = find_clips(Path(options.clips))
        self.driver = subprocess.Popen(
            [sys.executable, "-m", "loadtests.load.browser_driver"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A session of its own: Ctrl-C reaches Locust, which ends the browser in order.
            start_new_session=True,
            text=True,
        )
        self.visited = False

    def on_stop(self):
        self.driver.stdin.close()
        try:
            self.driver.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.driver.send_signal(signal.SIGKILL)
            self.driver.wait()

    def act(self, turn: Turn):
        if not self.visited:
            separator = "&" if "?" in self.url() else "?"
            self.visited = self._do(turn, {"visit": f"{self.url()}{separator}fps=10&threads=1&lang=en"})
            return
        self._do(turn, {"recognise": str(self.clips[turn.number % len(self.clips)].path)})

    def _do(self, turn: Turn, command: dict[str, str]) -> bool:
        """One command to the browser; each time that comes back is a request event. Whether it worked."""
        sent = now()
        self.driver.stdin.write(json.dumps(command) + "\n")
        self.driver.stdin.flush()
        try:
            line = self.driver.stdout.readline()
        except gevent.GreenletExit:
            self.fire("PAGE", next(iter(command)), turn, sent, now(), exception=PageFailed(CUT_OFF))
            raise
        answer = json.loads(line) if line else {"error": "the browser's driver ended"}
        if "error" in answer:
            self.fire("PAGE", next(iter(command)), turn, sent, now(), exception=PageFailed(answer["error"]))
            return False
        for name, ms in answer["ms"].items():
            self.fire("PAGE", name, turn, sent, sent + ms / 1e3, status=200)
        return True


@events.init_command_line_parser.add_listener
def add_clips(parser, **_):
    parser.add_argument("--clips", default=str(PROJECT_ROOT / "samples"), help="Folder of clips.")
