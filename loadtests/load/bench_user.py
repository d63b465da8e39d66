"""`BlockUser`: asks the endpoint only while the independent client of `python -m loadtests.bench_load` is silent."""

from loadtests.load.bare_loop import PACE_SECONDS, may_ask
from loadtests.load.clock import now
from loadtests.load.process import Turn
from loadtests.load.punctual import Alarm
from loadtests.users import endpoint


class BlockUser(endpoint.EndpointUser):
    """A closed workload of one user, in turns of a quarter of a second, at the pace of the other client."""

    def on_start(self):
        super().on_start()
        self.alarm, self.last = Alarm(), 0.0

    def act(self, turn: Turn):
        while not may_ask(0, now()):
            self.alarm.sleep(0.001)
        self.alarm.sleep(PACE_SECONDS - (now() - self.last))
        self.last = now()
        super().act(turn)
