"""`cerca study`: train every size, distil, compress, take the recipe apart, and report."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recognizer.commands import one_sentence
from recognizer.data_options import Data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from recognizer.study.plan import Run
    from recognizer.study.runner import Backend
    from recognizer.study.store import Store

Split = Literal["random", "session", "signer", "leave-one-signer-out"]


def study(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the study; what is finished there is not done again.")],
    split: Annotated[Split, typer.Option(help="How tested clips are set apart; random flatters.")] = "session",
    held_out: Annotated[str, typer.Option(help="Sessions to test on, comma-separated; or the signer.")] = "",
    variants: Annotated[str, typer.Option(help="Sizes, comma-separated, like 1C-128FF; the thesis's nine.")] = "",
    recipe: Annotated[
        Literal["cerca", "published", "both"], typer.Option(help="Ours, SPOTER as published, or ours beside it.")
    ] = "both",
    epochs: Annotated[int | None, typer.Option(min=1, help="At most; default: each recipe's own.")] = None,
    patience: Annotated[int, typer.Option(min=1, help="Epochs without a better validation loss.")] = 10,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each run.")] = 1,
    ablation: Annotated[bool, typer.Option(help="Also our recipe without each of its parts.")] = True,
    quick: Annotated[bool, typer.Option("--quick", help="Two sizes, two epochs: to see that all works.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Runs at once; default: one a core, on SageMaker 8.")] = 0,
    backend: Annotated[Literal["local", "sagemaker"], typer.Option(help="Where the runs are done.")] = "local",
    lang: Annotated[Literal["en", "es"], typer.Option(help="The language in which the report opens.")] = "en",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the runs; do nothing.")] = False,
    role: Annotated[str, typer.Option(help="SageMaker: ARN of the role that the training jobs take.")] = "",
    image: Annotated[str, typer.Option(help="SageMaker: ECR address of the training image.")] = "",
    bucket: Annotated[str, typer.Option(help="SageMaker: S3 place for data and results, s3://bucket/prefix.")] = "",
    instance: Annotated[str, typer.Option(help="SageMaker: instance type of a training job.")] = "ml.m5.large",
    region: Annotated[str, typer.Option(help="SageMaker: AWS region.")] = "us-east-1",
    yes: Annotated[bool, typer.Option("--yes", help="SageMaker: do not ask before spending.")] = False,
) -> None:
    """Train every size of model, distil, compress and compare them, and write a report.

    Interrupt it whenever you like: the same command goes on where it stopped.

    Exit codes: 0 done; 1 done, but runs failed, which are named; 2 nothing done, one sentence; 130 interrupted.
    """
    with one_sentence():
        from rich.console import Console

        from recognizer import data_options
        from recognizer.study import plan as plans
        from recognizer.study.conduct import conduct, open_store
        from recognizer.study.folds import folds
        from recognizer.study.terminal import print_plan, print_study, watching

        console = Console()
        if backend == "sagemaker":
            from recognizer.study.sagemaker.settings import Settings

            chosen = Settings(role=role, image=image, place=bucket, instance=instance, region=region)
        dataset = data_options.opened(data)
        options = plans.Options(
            split=split,
            held_out=_names(held_out),
            variants=_names(variants) or plans.VARIANTS,
            recipes=tuple(plans.RECIPES) if recipe == "both" else (recipe,),
            ablation=plans.without_for(dataset.labels) if ablation else (),
            settings={"patience": patience} | ({"epochs": epochs} if epochs else {}),
            seeds=seeds,
        )
        parted = folds(dataset, split, options.held_out)
        data_options.say(tuple(dict.fromkeys(note for fold in parted.values() for note in fold.notes)))
        runs = plans.plan(plans.quick(options) if quick else options, list(parted))
        if dry_run:
            print_plan(runs, console)
            return
        store = open_store(out, dataset, runs)
        if backend == "sagemaker":
            where, jobs = _sagemaker(chosen, runs, store, console, yes), jobs or chosen.jobs
        else:
            from recognizer.study.local import Local

            where, jobs = Local(store), jobs or os.cpu_count() or 1
        try:
            with watching(console) as (on_change, on_stage):
                found = conduct(
                    runs,
                    store,
                    where,
                    dataset=dataset,
                    jobs=jobs,
                    language=lang,
                    on_change=on_change,
                    on_stage=on_stage,
                )
        except KeyboardInterrupt:
            kept = len(store.finished(runs))
            console.print(f"Interrupted: {kept} of {len(runs)} runs are kept, the same command does the rest.")
            raise
        print_study(found, out / "index.html", console)
        if found.failed:
            raise typer.Exit(1)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _sagemaker(settings, runs: "Sequence[Run]", store: "Store", console: "Console", yes: bool) -> "Backend":
    """The backend, once the person has seen what it may cost and agreed."""
    from recognizer.study.sagemaker.backend import SageMaker
    from recognizer.study.sagemaker.cost import estimate

    left = [run for run in runs if store.result(run.id) is None]
    cost = estimate(settings, len(left))
    console.print(cost.sentence, markup=False, highlight=False, soft_wrap=True)
    if left and not yes and not typer.confirm(f"Submit {len(left)} training jobs to SageMaker, {settings.region}?"):
        raise typer.Exit(2)
    return SageMaker(store, settings)
