"""The order of the runs, what is kept, what failure and interruption leave. No run trains here."""

import json
import shutil

import pytest

from recognizer.errors import StudyError
from recognizer.study.runner import State, best_of, run_all
from recognizer.study.store import RESULT, Store
from tests.recognizer.study import made_up
from tests.recognizer.study.made_up import small_plan


class Job:
    """Ends at its third poll."""

    def __init__(self, run, store, backend):
        self.run, self.store, self.backend, self.polls = run, store, backend, 0
        self.folder = store.partial(run.id) / "model"
        self.folder.mkdir(parents=True)

    def poll(self):
        self.polls += 1
        if self.polls < 3:
            return None
        self.backend.under_way.discard(self.run.id)
        if self.run.id in self.backend.failing:
            raise ChildProcessError("it broke.")
        made = made_up.result(self.run, **self.backend.results.get(self.run.id, {}))
        (self.folder / RESULT).write_text(json.dumps(made))
        return self.folder

    def progress(self):
        return self.polls / 4

    def stop(self):
        self.backend.stopped.append(self.run.id)
        shutil.rmtree(self.folder.parent)


class Backend:
    def __init__(self, store, results=None, failing=()):
        self.store, self.results, self.failing = store, results or {}, failing
        self.started, self.stopped, self.teachers, self.under_way, self.most = [], [], {}, set(), 0

    def start(self, run, teacher):
        self.started.append(run.id)
        self.teachers[run.id] = teacher
        self.under_way.add(run.id)
        self.most = max(self.most, len(self.under_way))
        return Job(run, self.store, self)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr("recognizer.study.runner.POLL_S", 0)
    return Store(tmp_path, made_up.SHA)


def finish(runs, store, backend, on_change=lambda _: None, jobs=2):
    state = State(runs, jobs, store.finished(runs))
    run_all(state, store, backend, on_change)
    return state


def test_all_runs_are_done_no_more_than_the_jobs_at_once_and_the_longest_first(store):
    runs, backend = small_plan(), Backend(store)
    state = finish(runs, store, backend)
    assert set(state.results) == {run.id for run in runs} and not state.failed
    assert backend.most == 2
    first = max((run for run in runs if not run.teachers), key=lambda run: run.cost)
    assert backend.started[0] == first.id


def test_the_teacher_is_the_best_by_validation_whatever_the_test_says(store):
    results = {
        "1C-128FF": {"validation_top1": 0.9, "correct": 11},
        "1C-2048FF": {"validation_top1": 0.7, "correct": 40},
    }
    backend = Backend(store, results)
    finish(small_plan(), store, backend)
    assert backend.teachers["1C-2FF-taught-0.25"] == "1C-128FF"
    assert backend.teachers["1C-2FF"] is None


def test_equal_validation_accuracy_is_decided_by_the_loss():
    first, second = (
        made_up.result(run, validation_loss=loss) for run, loss in zip(small_plan(), (0.5, 0.4), strict=False)
    )
    assert best_of([first, second]) == second["run"]["id"]
    assert best_of([]) is None


def test_a_failed_run_is_named_and_the_others_are_done(store):
    state = finish(small_plan(), store, Backend(store, failing={"1C-2048FF"}))
    assert state.failed == {"1C-2048FF": "it broke."}
    assert state.results["1C-2FF-taught-0.5"]["teacher"]


def test_students_without_any_teacher_fail_with_the_reason(store):
    state = finish(small_plan(), store, Backend(store, failing={"1C-2048FF", "1C-128FF"}))
    assert "taught" in state.failed["1C-2FF-taught-0.5"]
    assert "1C-2FF" in state.results


def test_an_interruption_stops_what_is_under_way_and_the_next_call_does_the_rest(store):
    runs, first = small_plan(), Backend(store)

    def interrupt(state):
        if len(state.results) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(runs, store, first, interrupt)
    assert len(first.stopped) == len(first.under_way) > 0
    kept = set(store.finished(runs))
    assert len(kept) == 2
    second = Backend(store)
    state = finish(runs, store, second)
    assert not kept & set(second.started) and len(state.results) == len(runs)


def test_a_finished_study_starts_nothing(store):
    runs = small_plan()
    finish(runs, store, Backend(store))
    again = Backend(store)
    finish(runs, store, again)
    assert again.started == []


def test_a_folder_of_another_study_is_refused(store):
    runs = small_plan()
    made_up.keep(store, runs[0])
    with pytest.raises(StudyError, match="on other data"):
        Store(store.folder, "b" * 64).finished(runs)
    with pytest.raises(StudyError, match="other settings"):
        store.finished(small_plan(settings={"epochs": 99}))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": 99}'])
def test_a_damaged_result_is_named(store, content):
    run = small_plan()[0]
    made_up.keep(store, run)
    (store.final(run.id) / RESULT).write_text(content)
    with pytest.raises(StudyError, match="damaged"):
        store.finished([run])


def test_the_rest_is_estimated_from_the_time_of_what_is_done():
    runs = small_plan()
    state = State(runs, 2, {})
    assert state.left(now=0) is None
    for run in runs[:2]:
        state.results[run.id], state.seconds[run.id] = {}, 3 * run.cost
    rest = sum(run.cost for run in runs[2:])
    assert state.left(now=0) == pytest.approx(3 * max(rest / 2, max(run.cost for run in runs[2:])))
