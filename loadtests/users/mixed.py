"""`MixedUser`: what a service that offers both paths has to serve: visits of the site, and recognitions in the cloud.

`--host` is the API's address, `--site` the site's. Of every five turns one is a visit.
"""

from locust import events

from loadtests.load.process import Turn
from loadtests.load.targets import check
from loadtests.load.user import LoadUser
from loadtests.users import cloud, website

TURNS_A_VISIT = 5


class _Visits(website.SiteUser):
    abstract = True

    def url(self):
        return self.environment.parsed_options.site


class MixedUser(LoadUser):
    kind = "mixed"

    @classmethod
    def prepare(cls, options):
        check(options.site, options.deployment or None)
        cloud.CloudUser.prepare(options)
        website.SiteUser.prepare(options)

    def on_start(self):
        super().on_start()
        self.cloud, self.site = cloud.CloudUser(self.environment), _Visits(self.environment)
        self.cloud.on_start()
        self.site.on_start()

    def act(self, turn: Turn):
        (self.site if turn.number % TURNS_A_VISIT == 0 else self.cloud).act(turn)


@events.init_command_line_parser.add_listener
def add_site(parser, **_):
    parser.add_argument("--site", default="http://127.0.0.1:8000/", help="The site's address.")
