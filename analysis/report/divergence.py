"""What `cerca divergence` wrote about the gap between two landmark engines, as far as the report shows it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from analysis.errors import AnalysisError
from analysis.statistics import Estimate


@dataclass(frozen=True)
class Engine:
    name: str


@dataclass(frozen=True)
class PartGap:
    part: str
    frames: int
    clips: int
    median_px: float
    p90_px: float | None
    clip_median_px: Estimate


@dataclass(frozen=True)
class HandAgreement:
    hand: str
    both: int
    only_first: int
    only_second: int
    neither: int
    agreement: float | None


@dataclass(frozen=True)
class Answers:
    same_top1: int


@dataclass(frozen=True)
class Divergence:
    engines: list[Engine]
    clips: int
    frames: int
    parts: list[PartGap]
    hands: list[HandAgreement]
    answers: Answers


def read_divergence(folder: Path) -> Divergence:
    """Raises AnalysisError for a folder that holds no `divergence.json` of `cerca divergence`."""
    path = folder / "divergence.json"
    try:
        return TypeAdapter(Divergence).validate_json(path.read_bytes())
    except OSError as error:
        raise AnalysisError(f"{path} cannot be read: {error.strerror}; give the folder of cerca divergence.") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise AnalysisError(f"{path} is not what cerca divergence writes ({where or 'no JSON'}).") from None
