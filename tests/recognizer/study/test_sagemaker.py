"""Training jobs without an account: the request against botocore's model of the API, the rest against a stand-in."""

import io
import json
import tarfile

import botocore.session
import pytest
from botocore.validate import ParamValidator

from recognizer.errors import StudyError
from recognizer.study.runner import State, run_all
from recognizer.study.sagemaker.backend import SageMaker
from recognizer.study.sagemaker.cost import estimate
from recognizer.study.sagemaker.request import job_name, training_job
from recognizer.study.sagemaker.service import Aws
from recognizer.study.sagemaker.settings import Settings
from recognizer.study.store import RESULT, WEIGHTS, Store
from tests.recognizer.study import made_up
from tests.recognizer.study.made_up import SHA, small_plan

VALUES = {
    "role": "arn:aws:iam::123456789012:role/training",
    "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/cerca/training:1",
    "place": "s3://bucket/pre/fix",
    "instance": "ml.m5.large",
    "region": "us-east-1",
}
SETTINGS = Settings(**VALUES)


class StandIn:
    """S3 and SageMaker in memory; every job does what `make` returns: files by name, or a reason to fail."""

    def __init__(self, make):
        self.make, self.objects, self.jobs, self.requests, self.stopped = make, {}, {}, [], []

    def exists(self, bucket, key):
        return f"s3://{bucket}/{key}" in self.objects

    def upload(self, path, bucket, key):
        assert not self.exists(bucket, key)
        self.objects[f"s3://{bucket}/{key}"] = path.read_bytes()

    def download(self, uri, path):
        path.write_bytes(self.objects[uri])

    def create(self, request):
        self.requests.append(request)
        name = request["TrainingJobName"]
        made = self.make(request)
        if not isinstance(made, dict):
            self.jobs[name] = {"status": "Failed", "reason": made, "artifacts": None}
            return
        uri = f"{request['OutputDataConfig']['S3OutputPath']}/{name}/output/model.tar.gz"
        self.objects[uri] = archive(made)
        self.jobs[name] = {"status": "Completed", "reason": None, "artifacts": uri}

    def describe(self, name):
        return self.jobs[name]

    def stop(self, name):
        self.stopped.append(name)


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as content:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            content.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def run_of(request: dict):
    wanted = json.loads(request["HyperParameters"]["id"])
    return next(run for run in small_plan() if run.id == wanted)


def trained(request: dict) -> dict[str, bytes]:
    teacher = json.loads(request["HyperParameters"]["teacher"])
    made = made_up.result(run_of(request), teacher=teacher)
    return {RESULT: json.dumps(made).encode(), WEIGHTS: json.loads(request["HyperParameters"]["id"]).encode()}


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr("recognizer.study.runner.POLL_S", 0)
    (tmp_path / "data.npz").write_bytes(b"the clips")
    return Store(tmp_path, SHA)


def finish(store, service) -> State:
    state = State(small_plan(), 3, {})
    run_all(state, store, SageMaker(store, SETTINGS, service, ask_every=0), lambda _: None)
    return state


def test_the_request_is_one_that_sagemaker_s_api_accepts():
    shape = (
        botocore.session.get_session().get_service_model("sagemaker").operation_model("CreateTrainingJob").input_shape
    )
    for run in small_plan(["a signer"]):
        request = training_job(run, SHA, "1C-128FF", {"dataset": "s3://b/d/", "teacher": "s3://b/t/"}, SETTINGS, 1)
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()
        assert request["EnableNetworkIsolation"]


def test_names_of_jobs_are_short_and_distinct():
    runs = small_plan(["a-signer-with-a-very-long-name-indeed", "a-signer-with-a-very-long-name-too"])
    names = {job_name(run, SHA, 1_700_000_000) for run in runs}
    assert len(names) == len(runs) and max(map(len, names)) <= 63


def test_results_come_back_and_teachers_travel_with_their_students(store):
    service = StandIn(trained)
    state = finish(store, service)
    assert set(state.results) == {run.id for run in small_plan()} and not state.failed
    for request in service.requests:
        channels = {
            each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in request["InputDataConfig"]
        }
        assert service.objects[channels["dataset"] + "data.npz"] == b"the clips"
        teacher = json.loads(request["HyperParameters"]["teacher"])
        assert ("teacher" in channels) == bool(teacher) == bool(run_of(request).teachers)
        if teacher:
            assert service.objects[channels["teacher"] + WEIGHTS] == teacher.encode()


def test_a_failed_job_is_named_with_sagemaker_s_reason(store):
    def make(request):
        return "CapacityError: none left" if "1C-2048FF" in request["HyperParameters"]["id"] else trained(request)

    state = finish(store, StandIn(make))
    assert "CapacityError" in state.failed["1C-2048FF"]
    assert "1C-128FF" in state.results


@pytest.mark.parametrize("files", [{}, {"other": b""}, {"../../escaped": b"x", RESULT: b"{}"}])
def test_an_archive_that_is_no_result_fails_its_run_and_writes_nowhere_else(store, files):
    state = finish(store, StandIn(lambda request: files))
    assert set(state.failed) == {run.id for run in small_plan()}
    assert not list(store.folder.rglob("escaped"))


def test_an_interruption_stops_the_jobs(store):
    service = StandIn(trained)
    backend = SageMaker(store, SETTINGS, service, ask_every=3600)

    def interrupt(state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all(State(small_plan(), 3, {}), store, backend, interrupt)
    assert service.stopped == [request["TrainingJobName"] for request in service.requests] and len(service.stopped) == 3


def test_a_job_that_cannot_be_stopped_is_named_and_the_others_are_stopped(store):
    class Deaf(StandIn):
        def stop(self, name):
            super().stop(name)
            if len(self.stopped) == 1:
                raise StudyError("AWS did not answer.")

    service = Deaf(trained)

    def interrupt(state):
        raise KeyboardInterrupt

    with pytest.raises(StudyError, match=r"go on, published-1C-2048FF: AWS did not answer"):
        run_all(State(small_plan(), 3, {}), store, SageMaker(store, SETTINGS, service, ask_every=3600), interrupt)
    assert len(service.stopped) == 3


@pytest.mark.parametrize("missing", ["role", "image", "place"])
@pytest.mark.parametrize("value", ["", "nonsense"])
def test_what_sagemaker_needs_is_asked_for_by_option(missing, value):
    option = {"place": "--bucket"}.get(missing, f"--{missing}")
    with pytest.raises(StudyError, match=option):
        Settings(**VALUES | {missing: value})


def test_the_cost_is_an_upper_bound_and_an_unknown_instance_has_none():
    cost = estimate(SETTINGS, 30)
    assert cost.most == pytest.approx(30 * 0.115) and "3.45 USD" in cost.sentence
    with pytest.raises(StudyError, match=r"ml\.m5\.large"):
        estimate(Settings(**VALUES | {"instance": "ml.unheard.of"}), 1)


def test_the_sdk_submits_and_describes_the_job(monkeypatch):
    pytest.importorskip("sagemaker.core", reason="the extra `sagemaker` is not installed")
    from moto import mock_aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        aws = Aws("us-east-1")
        request = training_job(small_plan()[0], SHA, None, {"dataset": "s3://bucket/d/"}, SETTINGS, 1)
        aws.create(request)
        assert aws.describe(request["TrainingJobName"])["status"] == "Completed"
        with pytest.raises(StudyError, match="credentials"):
            aws.describe("no-such-job")


def test_without_the_sdk_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sagemaker.core.resources", None)
    with pytest.raises(StudyError, match="cerca\\[train,sagemaker\\]"):
        Aws("us-east-1")
