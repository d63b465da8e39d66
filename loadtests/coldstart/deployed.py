"""Cold starts of a deployment, forced: its function by a change of its configuration, its endpoint by leaving it alone.

Written against boto3 and tested on moto and stubs; it has never been run against AWS.
"""

import base64
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.deploy.clients import Clients, as_sentences
from infra.deploy.cost import estimate
from infra.deploy.errors import DeployError
from infra.deploy.record import Deployment
from infra.deploy.settings import Settings
from loadtests import environment
from loadtests.coldstart.endpoints import BODY
from loadtests.coldstart.errors import ColdStartError
from loadtests.recorder import Recorder, Trial

VARIABLE = "CERCA_COLD_START"
"""Of the function's environment: its change makes every environment that is warm a thing of the past."""

ANSWER_SECONDS = 35
SECONDS_A_CHANGE = 10
"""Roughly; for the estimate only."""

_INIT = re.compile(r"Init Duration: ([\d.]+) ms")
_KIND = "application/json"


@dataclass(frozen=True)
class Deployed:
    """runs: of the function's init, of a whole request with a cold function, and of one with a cold endpoint besides.
    idle_minutes: before each of the last; AWS does not say how long a serverless endpoint stays warm."""

    deployment: Deployment
    settings: Settings
    clients: Clients
    runs: int
    idle_minutes: float
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def read(cls, path: Path, runs: int, idle_minutes: float) -> "Deployed":
        """Raises DeployError for what is no finished deployment of ours."""
        deployment = Deployment.read(path)
        if not deployment.complete or not deployment.api_url:
            raise DeployError(f"{path} is of a deployment that was never finished: run `cerca deploy` again.")
        settings = deployment.settings()
        return cls(deployment, settings, Clients(settings), runs, idle_minutes)

    def cost(self) -> str:
        """What `measure` would do, cost and take, in one paragraph for a person to agree to."""
        # A run: two changes and two predictions for the function, one of each for the endpoint.
        each = 3 * self.runs
        hours = (each * SECONDS_A_CHANGE + self.runs * self.idle_minutes * 60) / 3600
        what = (
            f"{self.deployment.name} in {self.deployment.region}: {each} changes of the function's variable {VARIABLE} "
            f"(put back at the end; whoever else asks meets cold starts meanwhile), {each} predictions, about "
            f"{hours:.1f} hours, most of them waiting."
        )
        if self.deployment.target != "aws":
            return f"{what} LocalStack costs nothing."
        cost = estimate(self.settings)
        usd = each * cost.predictions / 1000
        return (
            f"{what} About {usd:.4f} USD of requests, by {cost.basis}; what runs by the hour costs what it always does."
        )

    def measure(self, run_folder: Path, console: Console) -> int:
        """Writes `samples.jsonl`; the number of failures. Raises DeployError."""
        recorder = Recorder(run_folder / "samples.jsonl", run_folder.name)
        completed = False
        try:
            recorder.run(
                environment=environment.describe() | {"target": self.deployment.target, "region": self.settings.region},
                settings={"coldstart_runs": self.runs, "idle_minutes": self.idle_minutes},
                model={
                    "name": self.deployment.name,
                    "file": "unknown",
                    "sha256": self.deployment.model_sha256 or "unknown",
                },
                clips=[],
            )
            with self._forcing() as force:
                for number in range(self.runs):
                    console.print(f"cold function {number + 1} of {self.runs}")
                    self._function(recorder, Trial("cold", number, None), force)
                for number in range(self.runs):
                    console.print(f"cold endpoint {number + 1} of {self.runs}: idle for {self.idle_minutes:g} minutes")
                    self._endpoint(recorder, Trial("cold", self.runs + number, None), force)
            completed = True
        finally:
            recorder.close(completed)
        return recorder.failures

    def _function(self, recorder: Recorder, trial: Trial, force: Callable[[str], None]) -> None:
        """The init as Lambda reports it, then a whole request to a function that is cold again."""
        force(f"{trial.name}-init")
        try:
            recorder.steps(trial, "cloud", {"lambda_init": self._init()}, clock="server")
        except ColdStartError as error:
            recorder.failure(trial, "cloud", "not_cold", str(error))
        force(f"{trial.name}-request")
        self._request(recorder, trial)

    def _endpoint(self, recorder: Recorder, trial: Trial, force: Callable[[str], None]) -> None:
        self.sleep(self.idle_minutes * 60)
        force(f"{trial.name}-endpoint")
        self._request(recorder, trial)

    def _init(self) -> float:
        """Milliseconds. Raises ColdStartError when the function was not cold, or failed."""
        event = {
            "httpMethod": "POST",
            "headers": {"content-type": _KIND},
            "multiValueHeaders": {"content-type": [_KIND]},
            "queryStringParameters": None,
            "requestContext": {"requestId": "cerca-coldstart"},
            "body": BODY.decode(),
            "isBase64Encoded": False,
        }
        with as_sentences():
            answer = self.clients("lambda").invoke(
                FunctionName=self.deployment.name, LogType="Tail", Payload=json.dumps(event).encode()
            )
        log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        if "FunctionError" in answer:
            raise ColdStartError(f"The function failed: {answer['Payload'].read(300).decode(errors='replace')}")
        found = _INIT.search(log)
        if found is None:
            raise ColdStartError(
                "Lambda reports no init for this invocation, so it was not a cold start: someone else's request woke "
                "the function first, or its concurrency is provisioned."
            )
        return float(found[1])

    def _request(self, recorder: Recorder, trial: Trial) -> None:
        """One prediction through the API, over a connection of its own, recorded as its round trip."""
        request = urllib.request.Request(self.deployment.api_url, BODY, {"Content-Type": _KIND}, method="POST")
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            message = error.read(300).decode(errors="replace")
            recorder.failure(trial, "cloud", "api_refused", f"HTTP {error.code}: {message}")
            return
        except OSError as error:
            recorder.failure(trial, "cloud", "api_unreachable", f"{self.deployment.api_url}: {error}")
            return
        ms = (time.perf_counter() - started) * 1e3
        recorder.steps(
            trial, "cloud", {"round_trip": ms}, clock="driver", wire="json", size={"round_trip": len(answer)}
        )

    @contextmanager
    def _forcing(self) -> Iterator[Callable[[str], None]]:
        """Gives what makes the function cold (each time with another value); puts its variables back at the end."""
        function = self.clients("lambda")
        name = self.deployment.name
        with as_sentences():
            found: dict[str, Any] = function.get_function_configuration(FunctionName=name)
        variables = found.get("Environment", {}).get("Variables", {})

        def put(wanted: dict[str, str]) -> None:
            with as_sentences():
                function.update_function_configuration(FunctionName=name, Environment={"Variables": wanted})
                function.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

        try:
            yield lambda value: put(variables | {VARIABLE: value})
        finally:
            put(variables)
