"""What `/metrics` tells Prometheus, in its text format (version 0.0.4).

By hand because the client library would be imported on every start, and the start is what a cold request waits for.
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

TEXT = "text/plain; version=0.0.4; charset=utf-8"

STEP_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the histogram's buckets, in seconds."""

_HELP = {
    "cerca_requests_total": ("counter", "Requests answered, by operation and status."),
    "cerca_requests_in_flight": ("gauge", "Requests under way, this one included."),
    "cerca_queue_length": ("gauge", "Requests that wait for the model or are with it."),
    "cerca_queue_limit": ("gauge", "Length of the queue beyond which requests get 429."),
    "cerca_step_seconds": ("histogram", "Duration of a prediction's steps: queue, decode, inference, encode."),
    "cerca_model_info": ("gauge", "The model served; absent until it has run."),
    "process_cpu_seconds_total": ("counter", "User and system time spent."),
    "process_start_time_seconds": ("gauge", "Start of the process, Unix time."),
    "process_resident_memory_bytes": ("gauge", "Resident memory."),
    "process_open_fds": ("gauge", "Open file descriptors."),
}


class Metrics:
    """Counts of one process; a request costs it a few microseconds, text is made only when asked for."""

    def __init__(self) -> None:
        self._started = time.time()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._steps: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def count(self, operation: str, status: int) -> None:
        self._requests[operation, status] += 1

    def observe(self, laps: Iterable[tuple[str, float]]) -> None:
        """laps: names and milliseconds of one prediction's steps."""
        for name, milliseconds in laps:
            seconds = milliseconds / 1e3
            self._steps.setdefault(name, [0] * (len(STEP_BOUNDS) + 1))[bisect_left(STEP_BOUNDS, seconds)] += 1
            self._seconds[name] += seconds

    def text(self, gauges: Mapping[str, float], model: Mapping[str, str] | None) -> bytes:
        """gauges: values of the moment. model: the labels of the model served, None while there is none."""
        values = {**gauges, "process_start_time_seconds": self._started, **_process()}
        samples = {
            "cerca_requests_total": [
                (f'{{operation="{operation}",code="{status}"}}', count)
                for (operation, status), count in sorted(self._requests.items())
            ],
            **{name: [("", value)] for name, value in values.items()},
            "cerca_step_seconds": [sample for name in sorted(self._steps) for sample in self._histogram(name)],
            "cerca_model_info": [(_labels(model), 1)] if model else [],
        }
        lines = []
        for name, (kind, help_text) in _HELP.items():
            if found := samples.get(name):
                lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
                lines += [f"{name}{suffix} {value}" for suffix, value in found]
        return ("\n".join(lines) + "\n").encode()

    def _histogram(self, step: str) -> list[tuple[str, float]]:
        samples: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip((*STEP_BOUNDS, "+Inf"), self._steps[step], strict=True):
            total += count
            samples.append((f'_bucket{{step="{step}",le="{bound}"}}', total))
        return [
            *samples,
            (f'_sum{{step="{step}"}}', self._seconds[step]),
            (f'_count{{step="{step}"}}', total),
        ]


def _labels(values: Mapping[str, str]) -> str:
    def escaped(value: str) -> str:
        return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

    return "{" + ",".join(f'{name}="{escaped(value)}"' for name, value in values.items()) + "}"


def _process() -> dict[str, float]:
    """What /proc tells of this process; only the CPU's time where there is no /proc."""
    times = os.times()
    found = {"process_cpu_seconds_total": times.user + times.system}
    try:
        with open("/proc/self/statm", "rb") as statm:
            found["process_resident_memory_bytes"] = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        found["process_open_fds"] = len(os.listdir("/proc/self/fd"))
    except OSError:
        pass
    return found
