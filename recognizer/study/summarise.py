"""From the results of the runs to what the study found."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files

import numpy as np

from recognizer.errors import StudyError
from recognizer.paired import compare
from recognizer.proportion import wilson_interval
from recognizer.study.plan import FLOAT, INT8, Run, sizes
from recognizer.study.summary import (
    SCHEMA_VERSION,
    Accuracy,
    Comparison,
    Confused,
    File,
    Fold,
    Point,
    Row,
    Session,
    Speed,
    Study,
    ThesisFigure,
)

MOST_CONFUSED = 12
"""Pairs of signs that are listed."""

Times = dict[tuple[str, str], dict[str, Sequence[float]]]
"""(run id, file) -> runtime (`native`, `wasm`) -> milliseconds of every timed run."""


def summarise(
    runs: Sequence[Run],
    results: dict[str, dict],
    failed: dict[str, str],
    *,
    data: str,
    labels: Sequence[str],
    times: Times,
    not_measured: Sequence[str] = (),
    sessions: Sequence[Session] = (),
) -> Study:
    """The study that `runs` make up, from those `results` that there are; `data` is the dataset's name.

    A row pools the folds of one model: each clip counts once, answered by the model that had not seen its signer. Where
    there are several seeds, all but the list of their accuracies is of the first. Raises StudyError without any result.
    """
    models: dict[str, list[dict]] = {}
    for run in runs:
        if run.id in results:
            models.setdefault(run.name, []).append(results[run.id])
    if not models:
        raise StudyError("No run of the study succeeded, so there is nothing to report.")
    rows = [_row(of_model, times) for of_model in models.values()]

    def pairs(part: str, first: Callable[[Row], str]) -> list[Comparison]:
        chosen = [row for row in rows if row.part == part and row.recipe == "cerca" and first(row) in models]
        return [_paired(models[first(row)], models[row.name]) for row in chosen]

    best = best_variant(rows)
    firsts = _first_seed(models[best.name])
    confusion = np.sum([result["confusion"] for result in firsts], axis=0)
    return Study(
        schema_version=SCHEMA_VERSION,
        data=data,
        data_sha256=firsts[0]["data_sha256"],
        split=runs[0].split,
        classes=len(labels),
        clips=best.accuracy.n,
        seeds=len({run.seed for run in runs}),
        notes=list(dict.fromkeys(note for result in firsts for note in result["notes"])),
        best=best.name,
        rows=rows,
        recipes=pairs("variants", lambda row: f"published-{row.variant}"),
        distilled=pairs("distillation", lambda row: row.variant),
        ablated=pairs("ablation", lambda row: row.variant),
        labels=list(labels),
        confusion=confusion.tolist(),
        confused=_confused(confusion, labels),
        thesis=_thesis(rows, best),
        failed=failed,
        not_measured=list(not_measured),
        sessions=list(sessions),
        environment=firsts[0]["environment"],
    )


def best_variant(rows: Sequence[Row]) -> Row:
    """The size with the highest top-1 on the validation parts; of our recipe where there is one."""
    variants = [row for row in rows if row.part == "variants"]
    ours = [row for row in variants if row.recipe == "cerca"]
    return max(ours or variants or rows, key=lambda row: row.validation_top1)


def _row(of_model: list[dict], times: Times) -> Row:
    firsts = _first_seed(of_model)
    run = firsts[0]["run"]
    layers, units = sizes(run["variant"])
    seeds = sorted({result["run"]["seed"] for result in of_model})
    return Row(
        name=run["name"],
        part=run["part"],
        variant=run["variant"],
        recipe=run["recipe"],
        layers=layers,
        feed_forward=units,
        parameters=firsts[0]["parameters"],
        without=run["without"],
        teacher_weight=run["settings"]["teacher_weight"],
        settings=firsts[0]["settings"],
        accuracy=_accuracy(_ranks(firsts)),
        top1_of_seeds=[
            _accuracy(_ranks([result for result in of_model if result["run"]["seed"] == seed])).top1 for seed in seeds
        ],
        validation_top1=_mean(result["validation_top1"] for result in firsts),
        epochs=_mean(len(result["epochs"]) for result in firsts),
        best_epoch=_mean(result["best_epoch"] for result in firsts),
        epoch_seconds=float(np.median([epoch["seconds"] for result in firsts for epoch in result["epochs"]])),
        training_seconds=sum(result["seconds"]["training"] for result in firsts),
        processor_seconds=sum(result["seconds"]["processor"] for result in of_model),
        peak_rss_bytes=max(result["peak_rss_bytes"] for result in of_model),
        files=[_file(firsts, file["file"], times) for file in firsts[0]["files"] if run["part"] != "ablation"],
        folds=[
            Fold(
                fold=result["run"]["fold"],
                split=result["split"],
                trained=result["clips"]["train"],
                validated=result["clips"]["validation"],
                accuracy=_accuracy(_ranks([result])),
                teacher=result["teacher"],
            )
            for result in firsts
        ],
        curve=[
            Point(epoch["number"], epoch["loss"], epoch["validation_loss"], epoch["validation_top1"])
            for epoch in firsts[0]["epochs"]
        ],
    )


def _file(firsts: list[dict], name: str, times: Times) -> File:
    size, full = (_found(firsts[0], file)["bytes"] for file in (name, FLOAT))
    return File(
        file=name,
        bytes=size,
        ratio=full / size,
        accuracy=_accuracy(_ranks(firsts, name)),
        against_float=_compared(FLOAT, name, _ranks(firsts), _ranks(firsts, name)),
        speed=[_speed(runtime, ms) for runtime, ms in times.get((firsts[0]["run"]["id"], name), {}).items()],
    )


def _speed(runtime: str, ms: Sequence[float]) -> Speed:
    """The median and its distribution-free 95 % interval, from order statistics (Hahn & Meeker 1991, sec. 5.2)."""
    ordered = sorted(ms)
    half = 1.959964 * math.sqrt(len(ordered)) / 2
    low = max(0, math.floor(len(ordered) / 2 - half) - 1)
    high = min(len(ordered) - 1, math.ceil(len(ordered) / 2 + half))
    return Speed(runtime, len(ordered), float(np.median(ordered)), ordered[low], ordered[high])


def _accuracy(ranks: np.ndarray) -> Accuracy:
    correct = int((ranks < 1).sum())
    low, high = wilson_interval(correct, len(ranks))
    return Accuracy(len(ranks), correct, correct / len(ranks), low, high, float((ranks < 5).mean()))


def _paired(first: list[dict], second: list[dict]) -> Comparison:
    """On the folds that both models have."""
    ours, theirs = ({result["run"]["fold"]: result for result in _first_seed(model)} for model in (first, second))
    folds = [fold for fold in ours if fold in theirs]
    names = first[0]["run"]["name"], second[0]["run"]["name"]
    return _compared(*names, *(_ranks([model[fold] for fold in folds]) for model in (ours, theirs)))


def _compared(first: str, second: str, first_ranks: np.ndarray, second_ranks: np.ndarray) -> Comparison:
    paired = compare(first_ranks < 1, second_ranks < 1)
    low, high = paired.interval95
    counts = paired.n, paired.only_first, paired.only_second
    return Comparison(first, second, *counts, paired.difference, low, high, paired.p)


def _ranks(results: list[dict], file: str | None = None) -> np.ndarray:
    """Of all clips of these folds, in their order; of the float model unless `file` says another."""
    return np.concatenate([_found(result, file)["ranks"] for result in results])


def _found(result: dict, file: str | None) -> dict:
    return next(entry for entry in result["files"] if file in (None, entry["file"]))


def _first_seed(results: list[dict]) -> list[dict]:
    return [result for result in results if result["run"]["seed"] == results[0]["run"]["seed"]]


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _confused(confusion: np.ndarray, labels: Sequence[str]) -> list[Confused]:
    """The mistakes by how often they were made."""
    wrong = confusion - np.diag(np.diag(confusion))
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_CONFUSED]
    pairs = [np.unravel_index(place, wrong.shape) for place in order]
    return [
        Confused(labels[true], labels[answer], int(wrong[true, answer]), int(confusion[true].sum()))
        for true, answer in pairs
        if wrong[true, answer]
    ]


def _thesis(rows: Sequence[Row], best: Row) -> list[ThesisFigure]:
    """What is known of the thesis and its reference implementation, beside the same figure here."""
    largest = next((row for row in rows if (row.variant, row.recipe) == ("1C-2048FF", best.recipe)), None)
    size = {file.file: float(file.bytes) for file in largest.files} if largest else {}
    speeds = [speed for file in largest.files if file.file == FLOAT for speed in file.speed] if largest else []
    ours = {
        "top1": best.accuracy.top1,
        "top5": best.accuracy.top5,
        "float_bytes": size.get(FLOAT),
        "int8_bytes": size.get(INT8),
        "inference_native": next((speed.median_ms for speed in speeds if speed.runtime == "native"), None),
    }
    known = json.loads((files("recognizer.study") / "thesis.json").read_text("utf-8"))["figures"]
    return [ThesisFigure(each["figure"], each["unit"], each["value"], ours[each["figure"]]) for each in known]
