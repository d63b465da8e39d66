"""Runs as SageMaker training jobs; their results come back into the study's folder."""

import hashlib
import shutil
import tarfile
import time
from pathlib import Path

from recognizer.study import entry
from recognizer.study.plan import Run
from recognizer.study.sagemaker.request import training_job
from recognizer.study.sagemaker.service import Aws, Service
from recognizer.study.sagemaker.settings import Settings
from recognizer.study.store import RESULT, WEIGHTS, Store

ASK_EVERY_S = 20
"""SageMaker is asked how a job does no more often than this."""
OVER = ("Completed", "Failed", "Stopped")


class SageMakerJob:
    """One training job."""

    def __init__(self, name: str, folder: Path, service: Service, ask_every: float) -> None:
        self.name = name
        self._folder = folder
        self._service = service
        self._ask_every = ask_every
        self._asked = time.monotonic()
        self._over = False

    def poll(self) -> Path | None:
        """The folder of the result once there is one. Raises ChildProcessError, one sentence, if the job failed."""
        if time.monotonic() - self._asked < self._ask_every:
            return None
        self._asked = time.monotonic()
        found = self._service.describe(self.name)
        self._over = found["status"] in OVER
        if not self._over:
            return None
        if found["status"] != "Completed":
            reason = found["reason"] or "SageMaker gives no reason."
            raise ChildProcessError(f"its training job {self.name} is {found['status']}: {reason}")
        return self._fetch(found["artifacts"])

    def progress(self) -> float:
        """Unknown: 0."""
        return 0.0

    def stop(self) -> None:
        """Stops the job, which is billed until then, and removes what was fetched."""
        if not self._over:
            self._service.stop(self.name)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fetch(self, artifacts: str) -> Path:
        archive, target = self._folder / "model.tar.gz", self._folder / entry.MODEL
        self._service.download(artifacts, archive)
        try:
            with tarfile.open(archive) as content:
                content.extractall(target, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise ChildProcessError(f"the result of its training job {self.name} is damaged ({error}).") from None
        if not (target / RESULT).exists():
            raise ChildProcessError(f"its training job {self.name} left no {RESULT}: is {artifacts} of our image?")
        return target


class SageMaker:
    """Starts runs as training jobs; data and teachers are uploaded once."""

    def __init__(
        self, store: Store, settings: Settings, service: Service | None = None, ask_every: float = ASK_EVERY_S
    ) -> None:
        self._store = store
        self._settings = settings
        self._service = service or Aws(settings.region)
        self._ask_every = ask_every

    def start(self, run: Run, teacher: str | None) -> SageMakerJob:
        digest = self._store.data_sha256
        channels = {"dataset": self._put(self._store.data, digest)}
        if teacher:
            weights = self._store.final(teacher) / WEIGHTS
            channels["teacher"] = self._put(weights, hashlib.sha256(weights.read_bytes()).hexdigest())
        folder = self._store.partial(run.id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        request = training_job(run, digest, teacher, channels, self._settings, int(time.time()))
        self._service.create(request)
        return SageMakerJob(request["TrainingJobName"], folder, self._service, self._ask_every)

    def _put(self, path: Path, digest: str) -> str:
        """Uploads `path` unless it is there; the S3 address of the folder that holds it alone."""
        key = self._settings.key("inputs", digest, path.name)
        if not self._service.exists(self._settings.bucket, key):
            self._service.upload(path, self._settings.bucket, key)
        return self._settings.uri("inputs", digest) + "/"
