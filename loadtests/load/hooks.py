"""Locust's part: the options of the user files, and what happens when a load begins and ends.

A worker sends its records to the master by Locust's own connection, from wherever it runs; the master, or the one
process of an undistributed run, writes them all.
"""

import contextlib
import ctypes
import os
import signal
import sys
from argparse import ArgumentTypeError
from functools import partial
from pathlib import Path

import gevent
from locust import events
from locust.env import Environment
from locust.runners import STATE_INIT, STATE_STOPPED, LocalRunner, MasterRunner, Runner, WorkerRunner

from analysis.records import LoadRecord, Stage
from loadtests.errors import LoadtestError
from loadtests.load.batch import Batch, SamplesFile
from loadtests.load.clock import now
from loadtests.load.errors import LoadError
from loadtests.load.process import LoadProcess
from loadtests.load.stages import make_stages, total_seconds
from loadtests.load.targets import check

RECORDS = "cerca_records"
DONE = "cerca_done"
LEAD_SECONDS = 0.5
LEAD_TO_WORKERS_SECONDS = 1.0
"""Between the order to begin and the first request: every process has its users by then."""

STOP_SECONDS = 2.0
"""How long requests under way may go on when a load is stopped; Locust's --stop-timeout says otherwise."""

LAST_WORDS_SECONDS = 3.0
"""How long a stopped master waits for its workers' records beyond that."""

SPARE_SECONDS = 120.0
"""Locust ends the load that much after its last stage, should a worker be lost and never say that it is done."""


def listen() -> None:
    events.init_command_line_parser.add_listener(_add_options)
    events.init.add_listener(_prepare)
    events.test_start.add_listener(_begin)
    events.test_stop.add_listener(_flush)


def _add_options(parser: object) -> None:
    group = parser.add_argument_group("cerca")
    group.add_argument("--rate", type=_positive, help="Open workload: requests a second, whether answered or not.")
    group.add_argument("--ramp", type=int, default=1, help="Reach the rate, or the users, in that many equal stages.")
    group.add_argument("--wire", choices=("npy", "json"), default="npy", help="How keypoints are encoded.")
    group.add_argument("--keypoints", default="", help="Dataset of clips (npz); default: the shipped clips'.")
    group.add_argument("--samples", default="", help="File that gets every request's raw record (JSON Lines).")
    group.add_argument("--load", default="load", help="The load's name in the records.")
    group.add_argument("--deployment", default="", help="deployment.json, to load what it names.")


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < float("inf"):
            return value
    raise ArgumentTypeError(f"{text} is not a number above 0")


def _prepare(environment: Environment, runner: Runner, **_: object) -> None:
    options = environment.parsed_options
    if environment.stop_timeout == 0:
        environment.stop_timeout = STOP_SECONDS
    environment.load_process = environment.samples_file = None
    environment.done, environment.stopped = set(), False
    # Locust calls these last come, first served, and its runners, which exist by now, would end at once.
    environment.events.quitting.add_listener(_stop_first)
    # Ctrl-C as Locust takes it is an exception in whatever greenlet is running, which may be writing a record.
    gevent.signal_handler(signal.SIGINT, os.kill, os.getpid(), signal.SIGTERM)
    if isinstance(runner, WorkerRunner):
        environment.events.quit.add_listener(partial(_send_the_last, runner))
        if options.processes:
            _end_with_parent()
        return
    try:
        check(environment.host or "", _path(options.deployment))
        stages = make_stages(
            options.run_time or 0,
            rate=options.rate,
            users=None if options.rate else options.num_users or 1,
            steps=options.ramp,
        )
        workers = options.expect_workers if isinstance(runner, MasterRunner) else 1
        if not options.rate and (options.num_users or 1) % workers:
            raise LoadError(f"{options.num_users or 1} users do not divide among {workers} workers: choose a multiple.")
        for user_class in environment.user_classes:
            user_class.prepare(options)
        if options.samples:
            environment.samples_file = _opened(environment, stages)
    except LoadtestError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(2)
    options.cerca_workers = workers
    options.cerca_stages = [stage.model_dump(exclude_none=True) for stage in stages]
    options.num_users = workers if options.rate else options.num_users or 1
    options.spawn_rate = max(options.num_users, 1)
    options.run_time = total_seconds(stages) + SPARE_SECONDS
    if isinstance(runner, MasterRunner):
        _collect(environment, runner, workers)


def _opened(environment: Environment, stages: list[Stage]) -> SamplesFile:
    """The samples file; a new one begins with the `load` record, which `cerca loadtest` has written into its own."""
    options = environment.parsed_options
    samples = SamplesFile(Path(options.samples))
    if samples.empty:
        kind = environment.user_classes[0].kind
        record = LoadRecord(
            t=now(),
            load=options.load,
            user=kind,
            wire=options.wire if kind in ("cloud", "endpoint", "mixed") else None,
            workload="open" if options.rate else "closed",
            stages=stages,
            workers=options.expect_workers if options.processes or options.master else 1,
        )
        samples.append(record.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n")
    return samples


def _collect(environment: Environment, runner: MasterRunner, workers: int) -> None:
    """The master's: records from the workers into the file, and the end once all of them are done."""

    def records(msg: object, **_: object) -> None:
        _append(environment, msg.data["lines"])

    def is_done(msg: object, **_: object) -> None:
        environment.done.add(msg.node_id)
        if len(environment.done) == workers and not environment.stopped:
            gevent.spawn(runner.quit)

    runner.register_message(RECORDS, records)
    runner.register_message(DONE, is_done)


def _append(environment: Environment, lines: bytes) -> None:
    """Records into the file, if there is one. A load whose records cannot be kept ends."""
    if environment.samples_file is None or environment.process_exit_code:
        return
    try:
        environment.samples_file.append(lines)
    except LoadError as error:
        print(error, file=sys.stderr, flush=True)
        environment.process_exit_code = 2
        gevent.spawn(environment.runner.quit)


def _begin(environment: Environment, **_: object) -> None:
    runner, options = environment.runner, environment.parsed_options
    if not isinstance(runner, WorkerRunner):
        lead = LEAD_TO_WORKERS_SECONDS if isinstance(runner, MasterRunner) else LEAD_SECONDS
        options.cerca_started = now() + lead
    if isinstance(runner, MasterRunner):
        return
    if isinstance(runner, WorkerRunner):
        check(environment.host or "", _path(options.deployment))  # a worker does not take its master's word
        for user_class in environment.user_classes:
            user_class.prepare(options)
        batch = Batch(lambda lines: runner.send_message(RECORDS, {"lines": lines}))
        finished = partial(runner.send_message, DONE)
    else:
        batch = Batch(partial(_append, environment))
        finished = partial(gevent.spawn, runner.quit)
    environment.load_process = LoadProcess(
        load=options.load,
        stages=[Stage(**stage) for stage in options.cerca_stages],
        started=options.cerca_started,
        batch=batch,
        finished=finished,
        worker=0 if isinstance(runner, LocalRunner) else runner.worker_index,
        workers=options.cerca_workers,
    )
    environment.events.request.add_listener(environment.load_process.record)
    environment.load_process.begin()


def _flush(environment: Environment, **_: object) -> None:
    if environment.load_process is not None:
        environment.load_process.batch.flush()


def _stop_first(environment: Environment, **_: object) -> None:
    """SIGTERM and Ctrl-C come here: users are stopped, so that their last records exist, before Locust goes. A master
    does not wait for its workers' last words by itself."""
    runner, environment.stopped = environment.runner, True
    running = runner.state not in (STATE_INIT, STATE_STOPPED)
    runner.stop()
    _flush(environment)
    if isinstance(runner, MasterRunner) and running:
        until = now() + environment.stop_timeout + LAST_WORDS_SECONDS
        while now() < until and runner.clients.keys() - environment.done:
            gevent.sleep(0.02)


def _send_the_last(runner: WorkerRunner, **_: object) -> None:
    """What a worker has sent is with ZeroMQ's own thread; a process that ends at once takes it along."""
    socket = runner.client.socket
    context = socket.context
    socket.close(linger=int(LAST_WORDS_SECONDS * 1e3))
    context.term()


def _end_with_parent() -> None:
    """A worker that Locust forked gets SIGTERM when its master is killed, and so never stays behind (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:
            raise LoadError("The master has ended already.")


def _path(text: str) -> Path | None:
    return Path(text) if text else None
