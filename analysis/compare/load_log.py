"""The requests of a load as columns, stage by stage."""

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from analysis.errors import RecordError
from analysis.records import LoadRecord, RequestRecord

NO_ANSWER = "none"
MOST_SENT = 10_000  # times of sending that are kept of a stage: enough to tell how even the arrivals were


@dataclass
class StageLog:
    """The requests of one stage. A good answer is a 2xx or 3xx (a revalidated file is a 304); times of others are
    counted in `statuses` alone, since a quick refusal is no quick service."""

    n: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    ms: array = field(default_factory=lambda: array("d"))
    service_ms: array = field(default_factory=lambda: array("d"))
    late_ms: array = field(default_factory=lambda: array("d"))
    server: dict[str, array] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    sent: array = field(default_factory=lambda: array("d"))
    first_sent: float = float("inf")
    last_answer: float = float("-inf")

    def add(self, request: RequestRecord) -> None:
        self.n += 1
        status, sent = request.status, request.t
        if request.due is not None:
            self.late_ms.append((sent - request.due) * 1e3)
        if len(self.sent) < MOST_SENT:
            self.sent.append(sent)
        if sent < self.first_sent:
            self.first_sent = sent
        if status is None or not 200 <= status < 400:
            self.statuses[NO_ANSWER if status is None else str(status)] += 1
            return
        self.statuses[str(status)] += 1
        self.ms.append(request.ms)
        self.service_ms.append(request.service_ms)
        answered = sent + request.service_ms / 1e3
        if answered > self.last_answer:
            self.last_answer = answered
        for name, ms in request.server.items():
            self.server[name].append(ms)


class LoadLog:
    """One load: its plan and what came of each stage."""

    def __init__(self, record: LoadRecord) -> None:
        self.record = record
        self.stages = [StageLog() for _ in record.stages]


class LoadLogs:
    """All loads of a run, in the order of the file."""

    def __init__(self, path: object) -> None:
        self._path = path
        self.loads: dict[str, LoadLog] = {}

    def open(self, record: LoadRecord) -> None:
        """Raises RecordError for a name that another load has."""
        if record.load in self.loads:
            raise RecordError(f"{self._path} holds two loads named {record.load!r}; give every load its own name.")
        self.loads[record.load] = LoadLog(record)

    def add(self, request: RequestRecord) -> None:
        """Raises RecordError for a request of no load, or of a stage that its load does not have."""
        try:
            stage = self.loads[request.load].stages[request.stage]
        except (KeyError, IndexError):
            raise self._homeless(request) from None
        stage.add(request)

    def _homeless(self, request: RequestRecord) -> RecordError:
        load = self.loads.get(request.load)
        if load is None:
            return RecordError(
                f"{self._path}: request {request.id!r} belongs to load {request.load!r}, of which no record comes "
                "before it; write the load first."
            )
        return RecordError(
            f"{self._path}: request {request.id!r} belongs to stage {request.stage} of load {request.load!r}, "
            f"which has {len(load.stages)}."
        )
