"""`cerca extract` and `cerca divergence`."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from infra.commands import SHIPPED_BUNDLE
from loadtests.commands import Language
from loadtests.extraction.engines import EngineName
from loadtests.interruption import interruptible

if TYPE_CHECKING:
    from loadtests.clips import Clip
    from loadtests.extraction.engine import Engine
    from loadtests.extraction.extract import Extraction
    from recognizer.datasets import Dataset

ClipsOption = Annotated[
    Path, typer.Option(help="Clips: a folder of GLOSS/clip.mp4, or a manifest.csv (clip,label; signer,session).")
]
FpsOption = Annotated[
    float | None, typer.Option(min=1, max=60, help="Frames a second that the landmarkers see; default: every frame.")
]
JobsOption = Annotated[
    int | None, typer.Option(min=1, max=64, help="Pages or processes side by side; default: one for every two cores.")
]


def extract(
    clips: ClipsOption,
    out: Annotated[Path, typer.Option(help="The npz to write; an older one is replaced.")],
    engine: Annotated[
        EngineName, typer.Option(help="The site in a browser, or MediaPipe in Python.")
    ] = EngineName.BROWSER,
    fps: FpsOption = None,
    jobs: JobsOption = None,
) -> None:
    """Extract the keypoints of clips into one npz, which training and evaluation read.

    Exit codes: 0 every clip is in it; 1 it is written, without the clips that are named; 2 nothing written, one
    sentence says why; 130 interrupted, nothing written: the same command goes on from there.
    """
    from loadtests.clips import find_clips
    from loadtests.extraction import dataset
    from loadtests.extraction.engines import make_engine

    console = Console(stderr=True)

    async def run() -> int:
        found = find_clips(clips)
        extraction = await _with_progress(console, make_engine(engine, fps), found, jobs)
        if not extraction.extracted:
            return 2
        dataset.save(found, extraction, out)
        frames = sum(len(each.keypoints) for each in extraction.extracted.values())
        _say(console, f"{len(extraction.extracted)} of {len(found)} clips, {frames} frames: {out}")
        return 1 if extraction.refused else 0

    _finish(console, run)


def divergence(
    clips: ClipsOption,
    out: Annotated[Path, typer.Option(help="Folder for divergence.json and index.html, which shows some frames.")],
    engines: Annotated[
        str, typer.Option(help="Two, comma-separated; the same one twice asks whether it repeats itself.")
    ] = "browser,python",
    bundle: Annotated[Path, typer.Option(help="The model whose answers are compared.")] = SHIPPED_BUNDLE,
    fps: FpsOption = None,
    jobs: JobsOption = None,
    language: Annotated[Language, typer.Option(help="The language in which the page opens.")] = Language.EN,
) -> None:
    """Measure how far apart two engines' keypoints are on the same clips, and what it costs the model.

    Exit codes: 0 every clip compared; 1 written, without the clips that are named; 2 nothing written, one sentence
    says why; 130 interrupted, nothing written: the same command goes on from there.
    """
    from loadtests.clips import find_clips
    from loadtests.extraction.divergence import terminal
    from loadtests.extraction.divergence.divergence import diverge
    from loadtests.extraction.divergence.write import write
    from loadtests.extraction.engines import make_engine, parse_pair
    from recognizer import bundle as bundles

    console = Console(stderr=True)

    async def run() -> int:
        first, second = parse_pair(engines)
        loaded = bundles.load(bundle)
        found = find_clips(clips)
        pair = [make_engine(name, fps) for name in (first, second)]
        for engine in pair:
            engine.check()
        again = first is second
        sides = [
            await _with_progress(console, engine, found, jobs, anew)
            for engine, anew in zip(pair, (False, again), strict=True)
        ]
        names = (first.value, f"{second.value} again" if again else second.value)
        result = diverge(found, names, *sides, loaded)
        page = write(result, out, language.value)
        terminal.show(result, Console())
        _say(console, f"{page} shows frames of the clips: think before you pass it on.")
        return 1 if result.refused else 0

    _finish(console, run)


def keypoints_of(clips: Path) -> "Dataset":
    """What a folder or manifest of clips means where a dataset is asked for: the browser's keypoints, every frame.

    Clips done before come from the cache. Raises DatasetError, one sentence, if nothing can be extracted.
    """
    from infra.local import LocalStackError
    from loadtests.clips import find_clips
    from loadtests.errors import LoadtestError
    from loadtests.extraction.dataset import as_dataset
    from loadtests.extraction.engines import make_engine
    from recognizer.errors import DatasetError

    async def run() -> "Dataset":
        found = find_clips(clips)
        engine = make_engine(EngineName.BROWSER, None)
        async with interruptible():
            return as_dataset(found, await _with_progress(Console(stderr=True), engine, found, None), clips.stem)

    before = signal.getsignal(signal.SIGTERM)
    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except (LoadtestError, LocalStackError) as error:
        raise DatasetError(str(error)) from None
    except OSError as error:
        raise DatasetError(f"{error.filename or error} cannot be used ({error.strerror}): choose another.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _finish(console: Console, run: Callable[[], Awaitable[int]]) -> None:
    """Runs `run` to its exit code; errors that a person can mend become one sentence, SIGTERM becomes Ctrl-C."""
    from infra.local import LocalStackError
    from loadtests.errors import LoadtestError
    from recognizer.errors import RecognizerError

    async def guarded() -> int:
        async with interruptible():
            return await run()

    try:
        code = asyncio.run(guarded())
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say(console, "Interrupted: clips that were done are kept; the same command goes on from there.")
        code = 130
    except (LoadtestError, LocalStackError, RecognizerError) as error:
        _say(console, str(error), style="red")
        code = 2
    except OSError as error:
        _say(console, f"{error.filename or error} cannot be written ({error.strerror}): choose another.", style="red")
        code = 2
    raise typer.Exit(code)


async def _with_progress(
    console: Console, engine: "Engine", clips: "list[Clip]", jobs: int | None, anew: bool = False
) -> "Extraction":
    """`extract_all` with a progress bar and a line for each clip that is refused; `anew` leaves the cache alone."""
    from loadtests.extraction.cache import Cache
    from loadtests.extraction.extract import extract_all, open_sessions
    from loadtests.extraction.task_files import cache_folder

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
    side_by_side = min(len(clips), jobs or max(1, (os.cpu_count() or 1) // 2))
    cache = None if anew else Cache(cache_folder() / "keypoints")
    async with open_sessions(engine, side_by_side) as sessions:
        with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as progress:
            task = progress.add_task(engine.name, total=len(clips))

            def seen(clip: "Clip", refusal: Exception | None) -> None:
                progress.advance(task)
                if refusal is not None:
                    _say(progress.console, f"{clip.name}: {refusal}", style="red")

            return await extract_all(sessions, clips, cache, seen)


def _say(console: Console, text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, soft_wrap=True, highlight=False)
