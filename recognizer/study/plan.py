"""What a study trains: a list of independent runs, as plain data."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from recognizer import idle
from recognizer.augment import PARTS
from recognizer.errors import StudyError
from recognizer.recipes import RECIPES

VARIANTS = ("6C-32FF", "3C-32FF", "1C-32FF", "1C-2FF", "1C-4FF", "1C-8FF", "1C-128FF", "1C-512FF", "1C-2048FF")
"""The thesis's nine sizes: encoder and decoder layers, feed-forward units."""
PUBLISHED = ("1C-2048FF", "1C-128FF")
"""Trained by the published recipe too: the size that the thesis started from, and that of the shipped model."""
STUDENTS = ("1C-2FF", "1C-4FF")
TEACHER_WEIGHTS = (0.25, 0.5, 0.75)
TEMPERATURE = 3.0
PATIENCE = 10
"""Epochs without a better validation loss."""
ABLATED = "1C-128FF"
"""Whose recipe is taken apart."""
WITHOUT = {
    **{part: {"augmentations": tuple(kept for kept in PARTS if kept != part)} for part in PARTS},
    "augmentation": {"augmentations": ()},
    "smoothing": {"label_smoothing": 0.0},
    "balance": {"balanced": False},
    "made_idle": {"made_idle": 0.0, "idle_weight": 1.0},
    "order": {},
}
"""What our recipe is trained without: one augmentation each, all of them, label smoothing, equal drawing of classes and
sessions, made movements for a class `idle`, the temporal encoding."""
WITHOUT_ORDER = {"phase_waves": 0}
"""What remains of the temporal encoding is its bias: one learned vector for every frame, as published."""
FLOAT, INT8 = "model.onnx", "model.int8.onnx"
SMALLER = (INT8, *(f"model.{name}.onnx" for name in ("int8-static", "int8-weights", "int4-weights", "float16-weights")))
"""Files of a model in every compressed form that there is (`recognizer.compress.variants`)."""
LAYER_COST, UNIT_COST, EXPORT_COST = 0.7, 0.0014, 15.0
BATCH_OF_ONE_COST = 4.0
"""Of one more layer, one more unit, the files, a published epoch's steps; in epochs of ours at the smallest size."""


@dataclass(frozen=True)
class Run:
    """One training: everything that decides its result but the data.

    `name`: of the model; `id`: the same with fold and seed, where there are several. `part`: `variants`, `distillation`
    or `ablation`. `fold`: which of the folds of `split` and `held_out` (`recognizer.study.folds`). `settings`: all of
    the recipe's; `architecture`: what differs from its defaults besides the sizes. `without`: the part of the recipe
    that is left out. `teachers`: ids of the runs of which the best by validation teaches this one. `files`: the model
    files to make and score, the float one first; none for an ablation, whose model is scored as it is.
    """

    id: str
    name: str
    part: str
    variant: str
    recipe: str
    split: str
    held_out: tuple[str, ...]
    fold: str
    seed: int
    settings: dict
    architecture: dict = field(default_factory=dict)
    without: str | None = None
    teachers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def as_dict(self) -> dict:
        """As JSON has it: lists for tuples."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_dict(cls, values: dict) -> "Run":
        return cls(**(values | {name: tuple(values[name]) for name in ("held_out", "teachers", "files")}))

    @property
    def cost(self) -> float:
        """About how long this takes, in epochs of ours at 1C-2FF: long runs start first, and the rest is foreseen."""
        layers, units = sizes(self.variant)
        epoch = 1 + LAYER_COST * (layers - 1) + UNIT_COST * units
        epoch += BATCH_OF_ONE_COST * layers * (self.recipe == "published")
        return self.settings["epochs"] * epoch + EXPORT_COST * bool(self.files)


@dataclass(frozen=True)
class Options:
    """What a person chose. `split`, `held_out`: how the data is parted. `recipes`: `cerca`, `published` or both.

    `settings`: what differs from every recipe's defaults. `ablation`: what our recipe is trained without, of `WITHOUT`.
    `smaller`: compressed files of every size.
    """

    split: str
    held_out: tuple[str, ...] = ()
    variants: tuple[str, ...] = VARIANTS
    recipes: tuple[str, ...] = tuple(RECIPES)
    teacher_weights: tuple[float, ...] = TEACHER_WEIGHTS
    ablation: tuple[str, ...] = tuple(WITHOUT)
    smaller: tuple[str, ...] = SMALLER
    settings: dict = field(default_factory=lambda: {"patience": PATIENCE})
    seeds: int = 1


def quick(options: Options) -> Options:
    """The smallest study that has every part: to see that all works, not to learn anything."""
    small = {"variants": ("1C-2FF", ABLATED), "teacher_weights": (0.5,), "ablation": ("order",), "smaller": (INT8,)}
    return replace(options, **small, settings={"epochs": 2} | options.settings)


def without_for(labels: Sequence[str]) -> tuple[str, ...]:
    """The parts of `WITHOUT` that do anything on data of these `labels`."""
    return tuple(part for part in WITHOUT if part != "made_idle" or idle.LABEL in labels)


def plan(options: Options, folds: Sequence[str]) -> tuple[Run, ...]:
    """Every run of the study, teachers before students. Raises StudyError for a name that is no variant's."""
    runs: list[Run] = []
    for seed in range(options.seeds):
        for fold in folds:
            suffix = (f".{fold}" if len(folds) > 1 else "") + (f".seed{seed}" if seed else "")
            runs += _Fold(options, fold, seed, suffix).runs()
    return tuple(runs)


def sizes(variant: str) -> tuple[int, int]:
    """Layers and feed-forward units of a variant's name. Raises StudyError if it is none."""
    layers, _, rest = variant.partition("C-")
    units = rest.removesuffix("FF")
    if not (layers.isdecimal() and units.isdecimal() and rest.endswith("FF")):
        raise StudyError(f"{variant!r} is no variant: write layers and feed-forward units like 1C-128FF.")
    if not (1 <= int(layers) <= 24 and 1 <= int(units) <= 65536):
        raise StudyError(f"{variant!r} is no sensible size: 1 to 24 layers, 1 to 65536 feed-forward units.")
    return int(layers), int(units)


@dataclass(frozen=True)
class _Fold:
    """The runs of one fold and seed."""

    options: Options
    fold: str
    seed: int
    suffix: str

    def runs(self) -> list[Run]:
        variants, recipes = self.options.variants, self.options.recipes
        ours = [self._run(name, "variants", name) for name in variants] if "cerca" in recipes else []
        # Beside ours, the published recipe is a comparison at two sizes; alone, it is the whole study.
        chosen = [name for name in PUBLISHED if name in variants] if ours else variants
        theirs = [self._run(f"published-{name}", "variants", name, "published") for name in chosen]
        return [*ours, *(theirs if "published" in recipes else ()), *self._students(ours), *self._ablations(ours)]

    def _students(self, ours: list[Run]) -> list[Run]:
        teachers = tuple(run.id for run in ours if run.variant not in STUDENTS)
        return [
            replace(
                self._run(f"{run.variant}-taught-{weight}", "distillation", run.variant, teacher_weight=weight),
                teachers=teachers,
            )
            for run in ours
            if run.variant in STUDENTS and teachers
            for weight in self.options.teacher_weights
        ]

    def _ablations(self, ours: list[Run]) -> list[Run]:
        return [
            replace(
                self._run(f"{ABLATED}-without-{name}", "ablation", ABLATED, **WITHOUT[name]),
                without=name,
                architecture=WITHOUT_ORDER if name == "order" else {},
            )
            for run in ours
            if run.variant == ABLATED
            for name in self.options.ablation
        ]

    def _run(self, name: str, part: str, variant: str, recipe: str = "cerca", **settings) -> Run:
        sizes(variant)
        if part == "distillation":
            settings["temperature"] = TEMPERATURE
        chosen = RECIPES[recipe].settings(**({"seed": self.seed} | self.options.settings | settings))
        files = {"variants": (FLOAT, *self.options.smaller), "distillation": (FLOAT, INT8), "ablation": ()}
        return Run(
            id=f"{name}{self.suffix}",
            name=name,
            part=part,
            variant=variant,
            recipe=recipe,
            split=self.options.split,
            held_out=self.options.held_out,
            fold=self.fold,
            seed=self.seed,
            settings=chosen.as_dict(),
            files=files[part],
        )
