"""What all load users are made of: acting by the open or the closed workload, and recording each request."""

from urllib.parse import urlsplit

import gevent
from gevent.pool import Group
from locust import User, constant, task
from locust.exception import StopUser

from loadtests.load import hooks
from loadtests.load.clock import now
from loadtests.load.errors import AnswerBroken
from loadtests.load.green_connection import GreenConnection
from loadtests.load.http_client import Answer, Connections
from loadtests.load.process import LoadProcess, Turn
from loadtests.load.punctual import Alarm
from loadtests.load.schedule import arrivals, kept
from loadtests.load.stages import entry_seconds, stage_at

MOST_UNDER_WAY = 1000
"""Requests that a worker lets wait for answers; one that is due beyond them is recorded as not sent."""

LAST_ANSWERS_SECONDS = 60.0
"""How long the end of an open workload waits for answers."""

CUT_OFF = "the load ended before the answer came"


class NotSent(Exception):
    """An arrival that was recorded, but not sent."""


class StatusError(Exception):
    """An answer that says no; for Locust's own statistics, the record has the status."""


class LoadUser(User):
    """Subclasses say what one turn is (`act`), and what it is called in the records' `user` (`kind`).

    Open workload (`--rate`): one LoadUser a worker holds the schedule; every arrival acts at its moment, however many
    are under way, and its latency counts from that moment. Closed (`-u`): each user acts again once it is answered.
    """

    abstract = True
    wait_time = constant(0)
    kind = "cloud"
    default_path = "/"

    @classmethod
    def prepare(cls, options: object) -> None:
        """Once in each process, before any user: what is costly. Raises LoadtestError."""

    def act(self, turn: Turn) -> None:
        """One turn. Raises nothing that belongs to the server or the network: that is recorded."""
        raise NotImplementedError

    def on_start(self) -> None:
        self.connections = Connections(self.url(), GreenConnection)

    def url(self) -> str:
        """The host as it was given; without a path, this user's own."""
        host = self.environment.host
        return host if urlsplit(host).path.strip("/") else host.rstrip("/") + self.default_path

    @task
    def work(self) -> None:
        load: LoadProcess = self.environment.load_process
        number = load.enter()
        try:
            if load.open and number == load.worker:  # a lost worker's user may come here too: one schedule is enough
                self._keep_the_schedule(load)
            elif load.open:
                raise StopUser
            else:
                self._keep_asking(load, number)
        finally:
            load.leave()
        raise StopUser

    def ask(self, name: str, turn: Turn, request: bytes, method: str = "POST") -> Answer | None:
        """Sends one request and records it; None where no answer came."""
        sent = now()
        answer, exception = None, None
        try:
            answer = self.connections.ask(request)
            if answer.status >= 400:
                exception = StatusError(f"status {answer.status}")
        except (OSError, AnswerBroken) as error:
            exception = error
        except gevent.GreenletExit:
            self.fire(method, name, turn, sent, now(), None, len(request), NotSent(CUT_OFF))
            raise
        self.fire(method, name, turn, sent, answer.ended if answer else now(), answer, len(request), exception)
        return answer

    def fire(
        self,
        method: str,
        name: str,
        turn: Turn,
        sent: float,
        ended: float,
        answer: Answer | None = None,
        bytes_up: int = 0,
        exception: Exception | None = None,
        bytes_down: int = 0,
        status: int | None = None,
    ) -> None:
        """Tells Locust's statistics and the records (`LoadProcess.record`) of one request. `status`: where there is no
        HTTP answer, but there is one (a visit, a page)."""
        self.environment.events.request.fire(
            request_type=method,
            name=name,
            response_time=(ended - (sent if turn.due is None else turn.due)) * 1e3,
            response_length=answer.received if answer else bytes_down,
            exception=exception,
            context={},
            turn=turn,
            sent=sent,
            ended=ended,
            answer=answer,
            bytes_up=bytes_up,
            bytes_down=bytes_down,
            status=status,
        )

    def stopping(self) -> bool:
        return self._state == "stopping"

    def _keep_the_schedule(self, load: LoadProcess) -> None:
        under_way, alarm = Group(), Alarm()
        try:
            mine = arrivals(load.stages, load.started, load.worker, load.workers)
            for arrival in kept(mine, self.stopping, sleep=alarm.sleep):
                turn = Turn(arrival.number, arrival.stage, arrival.due)
                if len(under_way) < MOST_UNDER_WAY:
                    under_way.spawn(self.act, turn)
                else:
                    missed = NotSent(f"{MOST_UNDER_WAY} requests were under way")
                    self.fire("POST", "not sent", turn, now(), now(), exception=missed)
            until = now() + LAST_ANSWERS_SECONDS
            while under_way and now() < until:  # stopped, Locust ends this wait after its --stop-timeout
                under_way.join(timeout=0.05)
        finally:
            under_way.kill()
            alarm.close()

    def _keep_asking(self, load: LoadProcess, number: int) -> None:
        entry = entry_seconds(load.stages, number)
        turns = 0
        while entry is not None and not self.stopping() and (at := now()) < load.ends:
            if (wait := load.started + entry - at) > 0:
                gevent.sleep(min(wait, 0.2))
                continue
            self.act(Turn(number + turns, stage_at(load.stages, at - load.started), None))
            turns += 1


hooks.listen()
