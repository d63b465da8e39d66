"""What a study found, as `study.json` holds it: docs/study.md documents every field."""

from dataclasses import asdict, dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Accuracy:
    n: int
    correct: int
    top1: float
    low: float
    high: float
    top5: float


@dataclass(frozen=True)
class Comparison:
    first: str
    second: str
    n: int
    only_first: int
    only_second: int
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Speed:
    runtime: str
    n: int
    median_ms: float
    low_ms: float
    high_ms: float


@dataclass(frozen=True)
class File:
    file: str
    bytes: int
    ratio: float
    accuracy: Accuracy
    against_float: Comparison
    speed: list[Speed]


@dataclass(frozen=True)
class Fold:
    fold: str
    split: str
    trained: int
    validated: int
    accuracy: Accuracy
    teacher: str | None


@dataclass(frozen=True)
class Point:
    epoch: int
    loss: float
    validation_loss: float | None
    validation_top1: float | None


@dataclass(frozen=True)
class Row:
    name: str
    part: str
    variant: str
    recipe: str
    layers: int
    feed_forward: int
    parameters: int
    without: str | None
    teacher_weight: float
    settings: dict
    accuracy: Accuracy
    top1_of_seeds: list[float]
    validation_top1: float
    epochs: float
    best_epoch: float
    epoch_seconds: float
    training_seconds: float
    processor_seconds: float
    peak_rss_bytes: int
    files: list[File]
    folds: list[Fold]
    curve: list[Point]


@dataclass(frozen=True)
class Confused:
    truth: str
    answer: str
    clips: int
    of: int


@dataclass(frozen=True)
class ThesisFigure:
    figure: str
    unit: str
    thesis: float
    ours: float | None


@dataclass(frozen=True)
class Session:
    begun: float
    seconds: float
    runs: int
    jobs: int
    backend: str
    peak_rss_bytes: int


@dataclass(frozen=True)
class Study:
    schema_version: int
    data: str
    data_sha256: str
    split: str
    classes: int
    clips: int
    seeds: int
    notes: list[str]
    best: str
    rows: list[Row]
    recipes: list[Comparison]
    distilled: list[Comparison]
    ablated: list[Comparison]
    labels: list[str]
    confusion: list[list[int]]
    confused: list[Confused]
    thesis: list[ThesisFigure]
    failed: dict[str, str]
    not_measured: list[str]
    sessions: list[Session]
    environment: dict

    def row(self, name: str) -> Row:
        """The row called `name`."""
        return next(row for row in self.rows if row.name == name)

    def of_part(self, part: str, recipe: str = "cerca") -> list[Row]:
        """The rows of one part of the study."""
        return [row for row in self.rows if row.part == part and row.recipe == recipe]

    def as_dict(self) -> dict:
        return asdict(self)
