"""From what the page returns to Sample records (docs/contracts.md), written as they come."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.records import (
    AnswerRecord,
    EndRecord,
    FailureRecord,
    LoadRecord,
    NetworkRecord,
    Record,
    RecordWriter,
    RunRecord,
    StepRecord,
)


@dataclass(frozen=True)
class Trial:
    """One clip going through both paths once. `phase` is `warm` or `cold`; `clip` is None where none is involved.
    `network` is the profile of the network in between, None where nothing was emulated."""

    phase: str
    round: int
    clip: str | None
    network: str | None = None

    @property
    def name(self) -> str:
        name = f"{self.phase}-{self.round}-{self.clip or 'none'}"
        return f"{self.network}-{name}" if self.network else name


class Recorder:
    """Writes records to `samples.jsonl` and counts what failed."""

    def __init__(self, path: Path, run: str) -> None:
        self.path = path
        self._writer = RecordWriter(path)
        self._run = run
        self._started = time.monotonic()
        self.failures = 0

    def run(self, environment: dict, settings: dict, model: dict, clips: list[dict]) -> None:
        """What was to be measured, where and with what: the first record."""
        self._write(RunRecord, run=self._run, environment=environment, settings=settings, model=model, clips=clips)

    def steps(
        self,
        trial: Trial,
        path: str,
        milliseconds: Mapping[str, float],
        *,
        clock: str = "browser",
        phase: str | None = None,
        wire: str | None = None,
        frames: int | None = None,
        size: Mapping[str, int] | None = None,
    ) -> None:
        """One record a step. `size` gives the bytes of the steps that move any."""
        for step, ms in milliseconds.items():
            self._write(
                StepRecord,
                trial=trial.name,
                clip=trial.clip,
                round=trial.round,
                phase=phase or trial.phase,
                path=path,
                wire=wire,
                step=step,
                ms=ms,
                clock=clock,
                frames=frames,
                bytes=(size or {}).get(step),
                network=trial.network,
            )

    def answer(
        self, trial: Trial, gloss: str | None, path: str, answer: Mapping[str, Any], wire: str | None = None
    ) -> None:
        """What one path answered; `gloss` is the truth where it is known."""
        self._write(
            AnswerRecord,
            trial=trial.name,
            clip=trial.clip,
            gloss=gloss,
            path=path,
            wire=wire,
            top=answer["top"],
            logits=answer["logits"],
            sha256=answer["sha256"],
        )

    def failure(self, trial: Trial, path: str, code: str, message: str) -> None:
        """A trial, or one way of it, that gave no answer."""
        self.failures += 1
        self._write(FailureRecord, trial=trial.name, clip=trial.clip, path=path, code=code, message=message)

    def network(self, **fields: Any) -> None:
        """A network as it was found just now (`NetworkRecord`'s fields)."""
        self._write(NetworkRecord, **fields)

    def load(self, **fields: Any) -> None:
        """A load that begins now (`LoadRecord`'s fields); its own processes append its requests to `path`."""
        self._write(LoadRecord, **fields)

    def close(self, completed: bool) -> None:
        """Ends the run; `completed` is False when it was cut short."""
        self._write(EndRecord, completed=completed, seconds=time.monotonic() - self._started)
        self._writer.close()

    def _write(self, kind: type[Record], **fields: Any) -> None:
        self._writer.write(kind(t=time.time(), **fields))
