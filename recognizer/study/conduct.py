"""A study from beginning to end: runs, speed, summary, report."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from recognizer import files
from recognizer.datasets import Dataset
from recognizer.errors import StudyError
from recognizer.study import data as datasets
from recognizer.study import report, speed
from recognizer.study.plan import Run
from recognizer.study.runner import Backend, State, run_all
from recognizer.study.store import Store
from recognizer.study.summarise import summarise
from recognizer.study.summary import Session, Study
from recognizer.study.work import peak_rss

SESSIONS, SUMMARY = "sessions.jsonl", "study.json"


def open_store(folder: Path, dataset: Dataset, runs: Sequence[Run]) -> Store:
    """The study's folder with its data in it. Raises StudyError if `folder` cannot be it, or holds another study."""
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file: name a folder with --out.")
    if folder.exists() and any(folder.iterdir()) and not (folder / "data.npz").exists():
        raise StudyError(f"{folder} holds something else than a study: name another folder with --out.")
    store = Store(folder, datasets.sha256(dataset))
    store.finished(runs)
    datasets.keep(dataset, store.data)
    return store


def conduct(
    runs: Sequence[Run],
    store: Store,
    backend: Backend,
    *,
    dataset: Dataset,
    jobs: int,
    language: str,
    on_change: Callable[[State], None],
    on_stage: Callable[[str], None] = lambda _: None,
) -> Study:
    """Does what is left of `runs`, `jobs` at once, measures their speed, and writes `study.json` and `index.html`.

    An interruption keeps what is finished. Raises StudyError if `store` holds another study, or if no run succeeded.
    """
    state = State(runs, jobs, store.finished(runs))
    begun, clock = time.time(), time.monotonic()
    try:
        run_all(state, store, backend, on_change)
    finally:
        _note(store, state, begun, time.monotonic() - clock, type(backend).__name__.lower())
    on_stage("timing the models ...")
    times, not_measured = speed.measure([run for run in runs if run.id in state.results], store, dataset)
    on_stage("writing the report ...")
    study = summarise(
        runs,
        state.results,
        state.failed,
        data=dataset.name,
        labels=dataset.labels,
        times=times,
        not_measured=not_measured,
        sessions=_sessions(store),
    )
    files.write(store.folder / SUMMARY, json.dumps(study.as_dict(), allow_nan=False, indent=1).encode())
    report.write(study, store.folder / "index.html", language)
    return study


def _note(store: Store, state: State, begun: float, seconds: float, backend: str) -> None:
    """Keeps how long a session took, an interrupted one too. Its peak is an upper bound: the largest runs at once."""
    if not state.seconds:
        return
    peaks = sorted((state.results[id_]["peak_rss_bytes"] for id_ in state.seconds), reverse=True)
    peak = peak_rss() + sum(peaks[: state.jobs])
    session = Session(begun, seconds, len(state.seconds), state.jobs, backend, peak)
    with (store.folder / SESSIONS).open("a") as log:
        log.write(json.dumps(asdict(session)) + "\n")


def _sessions(store: Store) -> list[Session]:
    """Those that were noted; a line that was cut off is left out."""
    path, found = store.folder / SESSIONS, []
    for line in path.read_text().splitlines() if path.exists() else ():
        with suppress(ValueError, TypeError):
            found.append(Session(**json.loads(line)))
    return found
