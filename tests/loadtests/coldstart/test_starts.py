"""Real processes: the endpoint, the function."""

import asyncio
import json
import sys

import pytest

from analysis import read_records
from infra.commands import SHIPPED_BUNDLE
from loadtests.coldstart.containers import engine, start_container
from loadtests.coldstart.endpoints import BODY, baseline_weights, endpoint_steps, server_starts
from loadtests.coldstart.errors import ColdStartError, EngineMissing
from loadtests.coldstart.function_init import function_inits, measure_init
from loadtests.coldstart.server_start import Start, stages, start_process
from loadtests.coldstart.table import cold_table
from loadtests.recorder import Recorder

MODEL = {"SAGEMAKER_MODEL_DIR": str(SHIPPED_BUNDLE)}


def test_the_endpoints_stages_are_parts_of_its_start(tmp_path):
    found = start_process(["cloud_inference", "serve"], MODEL, BODY, tmp_path / "log")
    assert list(found.stages) == ["interpreter", "imports", "model", "first_run"]
    assert all(ms > 0 for ms in found.stages.values())
    assert sum(found.stages.values()) < found.ready < found.first_answer


def test_the_endpoint_says_nothing_of_its_start_unless_it_is_asked(tmp_path):
    start_process(["cloud_inference", "serve"], MODEL | {"CERCA_START_MARKS": ""}, BODY, tmp_path / "log")
    assert (tmp_path / "log").read_text() == ""


def test_a_server_that_does_not_start_is_one_sentence_with_its_last_words(tmp_path):
    nowhere = {"SAGEMAKER_MODEL_DIR": str(tmp_path / "nowhere")}
    with pytest.raises(ColdStartError, match=r"cloud_inference serve ended before it answered: .*nowhere"):
        start_process(["cloud_inference", "serve"], nowhere, BODY, tmp_path / "log")


def test_stages_are_read_among_other_lines_and_missing_where_the_server_says_none():
    marks = {"interpreter": 10.01, "imports": 10.1, "model": 10.15, "first_run": 10.151}
    log = "a warning\n" + json.dumps({"start": marks}) + "\n"
    assert stages(log, 10.0) == pytest.approx({"interpreter": 10, "imports": 90, "model": 50, "first_run": 1})
    assert stages("a warning\n", 10.0) == {}
    assert list(endpoint_steps(Start(200, 210, {}))) == ["exec_to_ready", "endpoint_first_answer"]


def test_the_functions_parts_are_parts_of_its_init():
    found = measure_init()
    assert found.boot > 0 and found.imports > 0
    assert found.boot + found.imports < found.init


def test_a_function_that_cannot_be_imported_is_one_sentence(monkeypatch):
    monkeypatch.setattr("loadtests.coldstart.function_init.HANDLER", "lambda_proxy.nowhere.handler")
    with pytest.raises(ColdStartError, match="did not initialise"):
        measure_init()


def test_starts_are_recorded_cold_and_shown_with_their_number(tmp_path):
    async def measure():
        recorder = Recorder(tmp_path / "samples.jsonl", "test")
        async for _ in server_starts(recorder, SHIPPED_BUNDLE, "model.onnx", None, 2):
            pass
        async for _ in function_inits(recorder, 1):
            pass
        recorder.close(True)

    asyncio.run(measure())
    *steps, _ = read_records(tmp_path / "samples.jsonl")
    assert {(step.phase, step.path, step.clock) for step in steps} == {("cold", "cloud", "driver")}
    assert sum(step.step == "start_imports" for step in steps) == 2
    table = cold_table(tmp_path / "samples.jsonl")
    shown = dict(zip(table.columns[0].cells, table.columns[-1].cells, strict=True))
    assert shown["  imports"] == "2" and shown["Lambda function, exec to first request"] == "1"
    assert "container" not in " ".join(shown)


def test_a_folder_that_is_no_bundle_leaves_the_baseline_out_with_a_sentence(tmp_path):
    with pytest.raises(ColdStartError, match="baseline is left out"):
        baseline_weights(tmp_path, tmp_path / "weights.pt")


def test_without_dockers_sdk_containers_are_left_out_with_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(EngineMissing, match="pip install docker"):
        engine()


class StandInContainer:
    """In place of a container of Docker's SDK: one that ends at once."""

    short_id, status, ports = "abc", "exited", {}
    removed = False

    def start(self):
        pass

    def reload(self):
        pass

    def logs(self):
        return b"no bundle here"

    def remove(self, force):
        self.removed = force


def test_a_container_that_ends_is_removed_and_its_last_words_told():
    container = StandInContainer()

    class StandInClient:
        class containers:
            @staticmethod
            def create(image, command, **options):
                assert options["ports"] == {"8080/tcp": ("127.0.0.1", None)}
                return container

    with pytest.raises(ColdStartError, match="ended at once: no bundle here"):
        start_container(StandInClient, SHIPPED_BUNDLE)
    assert container.removed
