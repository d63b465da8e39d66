"""`BlockUser`: asks the endpoint only while the independent client of `python -m loadtests.bench_load` is silent."""

import gevent

from loadtests.load.bare_loop import may_ask
from loadtests.load.clock import now
from loadtests.load.process import Turn
from loadtests.users import endpoint


class BlockUser(endpoint.EndpointUser):
    """A closed workload of one user, in turns of a quarter of a second."""

    def act(self, turn: Turn):
        while not may_ask(0, now()):
            gevent.sleep(0.001)
        super().act(turn)
