"""`python -m recognizer.bench`: how fast our loop trains beside the published one. Exit code 1 when a bar is missed.

The loops take turns on the same clips in one process on one thread, at the size of the shipped model. The published
one prepares each clip point by point in Python, as its dataset class does (`published.reference`); it is timed with
layers for that too, which shows what batches alone give. The published augmentations are vectorised in both.
"""

import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from recognizer import datasets, published, spoter, train
from recognizer import keypoints as kp
from recognizer.datasets import Dataset
from recognizer.preprocess import NEUTRAL
from recognizer.published.reference import normalise

ROUNDS = 12
OUR_EPOCHS = 8
"""In a round, of which the mean counts."""
LAYERS, FEED_FORWARD = 1, 128
CLIPS, CLASSES, SHORTEST, LONGEST = 119, 24, 30, 235
"""Of `baby_signs`, and of the people made up where it is missing."""
RECORDED = Path(__file__).parents[2] / "shared/data/baby_signs/keypoints_holistic_0.10.21.npz"
MAX_SECONDS, MIN_RATIO, MAX_GIB = 0.5, 20.0, 2.0


def main() -> int:
    console = Console()
    data, which = (datasets.load(RECORDED), "recorded") if RECORDED.exists() else (made_up(), "made-up")
    with console.status("training loops taking turns ..."):
        ours, theirs, vectorised = measure(data)
    console.print(
        f"{len(data)} {which} clips of {data.frames.min()}-{data.frames.max()} frames, {LAYERS}C-{FEED_FORWARD}FF, "
        f"1 thread, {ROUNDS} epochs of each loop in turns"
    )
    table = Table(box=None, pad_edge=False)
    for column in ("", "median", "95 % interval", "bar", ""):
        table.add_column(column, justify="left" if not column else "right")
    verdicts = [
        _row(table, "our epoch", ours, "s", MAX_SECONDS, most=True),
        _row(table, "published epoch", theirs, "s"),
        _row(table, "published epoch, clips prepared by layers", vectorised, "s"),
        _row(table, "published / ours", theirs / ours, "x", MIN_RATIO),
        _row(table, "published, clips prepared by layers / ours", vectorised / ours, "x"),
        _row(table, "peak memory of this process", np.array([peak_gib()]), "GiB", MAX_GIB, most=True),
    ]
    console.print(table)
    return 0 if all(verdicts) else 1


def measure(data: Dataset, rounds: int = ROUNDS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds of an epoch [rounds]: our loop, the published one, the published one with its preparation as layers.

    A first round of each, in which memory is allocated, is thrown away.
    """
    classes = len(data.labels)
    ours = spoter.Spoter(spoter.Architecture(classes, LAYERS, FEED_FORWARD))
    theirs = published.Published(published.Architecture(classes, LAYERS, FEED_FORWARD))
    settings = published.Settings(epochs=1)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=settings.learning_rate)
    rng = torch.Generator().manual_seed(0)

    def our_epoch(seed: int) -> float:
        # Each batch draws how many frames it shows, so one epoch would time that draw.
        drawn = train.Settings(epochs=OUR_EPOCHS, seed=seed)
        return float(
            np.mean([e.seconds for e in train.fit(data, ours.arch, drawn, lambda *_: None, start=ours).epochs])
        )

    def published_epoch(normalise: Callable[[Tensor], Tensor]) -> float:
        begun = time.perf_counter()
        published.train_epoch(theirs, data, optimizer, settings, rng, normalise)
        return time.perf_counter() - begun

    torch.set_num_threads(1)
    seconds = [
        (our_epoch(seed), published_epoch(_point_by_point), published_epoch(theirs.preprocess))
        for seed in range(rounds + 1)
    ]
    return tuple(np.array(seconds[1:]).T)


def peak_gib() -> float:
    """The most memory that this process ever held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 30 if sys.platform == "darwin" else 1 << 20)


def median_interval(samples: np.ndarray) -> tuple[float, float] | None:
    """The shortest symmetric pair of order statistics that holds the median with at least 95 %; None below 6 samples.

    Distribution-free, from the binomial distribution (Hahn & Meeker 1991, sec. 5.2).
    """
    n, ordered = len(samples), np.sort(samples)
    below = np.cumsum([math.comb(n, k) for k in range(n + 1)]) / 2**n
    cut = int((below <= 0.025).sum())
    return (float(ordered[cut - 1]), float(ordered[n - cut])) if cut else None


def made_up() -> Dataset:
    """People with lengths and number of classes like those of `baby_signs`, moving at random."""
    rng = np.random.default_rng(0)
    person = np.full((kp.COUNT, 2), 0.5)
    for name, place in NEUTRAL.items():
        person[kp.INDEX[name]] += 0.2 * np.array(place)
    frames = np.exp(rng.uniform(math.log(SHORTEST), math.log(LONGEST), CLIPS)).round().astype(int)
    unknown = np.full(CLIPS, "")
    return Dataset(
        name="made-up",
        clips=tuple((person + rng.normal(0, 0.02, (n, *person.shape))).astype(np.float32) for n in frames),
        label=np.arange(CLIPS) % CLASSES,
        labels=tuple(f"sign {i}" for i in range(CLASSES)),
        signer=unknown,
        session=unknown,
        clip=unknown,
        fps=np.full(CLIPS, 30.0),
    )


def _point_by_point(keypoints: Tensor) -> Tensor:
    return torch.from_numpy(normalise(keypoints.numpy())).float()


def _row(
    table: Table, name: str, samples: np.ndarray, unit: str, bar: float | None = None, *, most: bool = False
) -> bool:
    """Adds a line; whether the bar, if there is one, was met."""
    figure, interval = float(np.median(samples)), median_interval(samples)
    met = bar is None or (figure <= bar if most else figure >= bar)
    table.add_row(
        name,
        f"{figure:.3g} {unit}",
        f"{interval[0]:.3g} to {interval[1]:.3g}" if interval else "-",
        "" if bar is None else f"at {'most' if most else 'least'} {bar:g} {unit}",
        "" if bar is None else "[green]met[/]" if met else "[red]missed[/]",
    )
    return met


if __name__ == "__main__":
    sys.exit(main())
