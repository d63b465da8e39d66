"""Training a SPOTER. One flat loop; every run with the same settings and seed gives the same weights."""

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from recognizer import idle
from recognizer.augment import PARTS, augment
from recognizer.datasets import Dataset
from recognizer.errors import TrainingError
from recognizer.spoter import Architecture, Spoter


@dataclass(frozen=True)
class Settings:
    """How to train.

    `learning_rate` is the peak of a one-cycle schedule over `epochs`. `patience`: epochs without a better validation
    loss before training stops (None: never). `augmentations`: the parts of `recognizer.augment` in use. `balanced`:
    classes, and within them sessions, are drawn equally often, but `idle`, where there is such a class, `idle_weight`
    times as often: it has more to show. `made_idle`: share of its clips that `recognizer.idle` makes. `teacher_weight`:
    share of the distillation term in the loss, 1 - teacher_weight that of the cross-entropy; `temperature` softens both
    distributions of the former.
    """

    epochs: int = 30
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    seed: int = 0
    patience: int | None = None
    augmentations: tuple[str, ...] = PARTS
    balanced: bool = True
    made_idle: float = 0.9
    idle_weight: float = 4.0
    teacher_weight: float = 0.0
    temperature: float = 3.0

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Epoch:
    """One pass over the training clips: mean losses, validation accuracy (NaN without validation clips), seconds."""

    number: int
    loss: float
    validation_loss: float
    validation_top1: float
    seconds: float


@dataclass(frozen=True)
class Fitted:
    """A trained model in evaluation mode, the epochs it took, and the number of the epoch whose weights it has."""

    model: Spoter
    epochs: tuple[Epoch, ...]
    best_epoch: int


OnEpoch = Callable[[Epoch, Spoter], None]
"""Called after each epoch with the model so far."""


def fit(
    data: Dataset,
    arch: Architecture,
    settings: Settings,
    on_epoch: OnEpoch,
    *,
    validation: Dataset | None = None,
    teacher: Spoter | None = None,
    start: Spoter | None = None,
) -> Fitted:
    """Trains a new model (or `start`) on `data`.

    With `validation`, the weights of the epoch with the lowest validation loss are returned, else the last ones. With
    `teacher`, the loss is mixed as `Settings.teacher_weight` says (Hinton, Vinyals & Dean 2015).

    Runs on one thread: at this size a second one gains nothing, and sums stay in one order. Raises TrainingError if the
    loss stops being a number.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    rng = torch.Generator().manual_seed(settings.seed)
    labels = torch.from_numpy(data.label)

    weights = balance(data, settings.idle_weight) if settings.balanced else None
    model = start or Spoter(arch)
    if teacher:
        teacher.eval()
    steps = settings.epochs * -(-len(data) // settings.batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.learning_rate, total_steps=steps)

    epochs: list[Epoch] = []
    best, best_weights = None, None
    for number in range(1, settings.epochs + 1):
        begun = time.perf_counter()
        model.train()
        losses = []
        for chosen in _draw(len(data), weights, rng).split(settings.batch):
            keypoints, lengths = augment(*shown(data, chosen, settings, rng), rng, settings.augmentations)
            logits = model(keypoints, lengths)
            loss = F.cross_entropy(logits, labels[chosen], label_smoothing=settings.label_smoothing)
            if teacher:
                distilled = distillation_loss(logits, _answers(teacher, keypoints, lengths), settings.temperature)
                loss = settings.teacher_weight * distilled + (1 - settings.teacher_weight) * loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
        mean_loss = torch.stack(losses).mean().item()
        if mean_loss != mean_loss:
            raise TrainingError(f"The loss is no longer a number in epoch {number}: lower --learning-rate.")
        seconds = time.perf_counter() - begun
        validated = validate(model, validation) if validation else (torch.nan, torch.nan)
        epoch = Epoch(number, mean_loss, *validated, seconds)
        epochs.append(epoch)
        on_epoch(epoch, model)
        if validation and (best is None or epoch.validation_loss < best.validation_loss):
            best, best_weights = epoch, copy.deepcopy(model.state_dict())
        if best and settings.patience and number - best.number >= settings.patience:
            break
    if best_weights:
        model.load_state_dict(best_weights)
    return Fitted(model.eval(), tuple(epochs), best.number if best else epochs[-1].number)


def distillation_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """KL divergence of the softened teacher from the softened student, mean over the batch, times temperature^2.

    The square keeps its gradients as large as those of the cross-entropy (Hinton, Vinyals & Dean 2015, sec. 2).
    """
    softened = F.log_softmax(student / temperature, -1), F.log_softmax(teacher / temperature, -1)
    return F.kl_div(*softened, reduction="batchmean", log_target=True) * temperature**2


def validate(model: Spoter, data: Dataset, batch: int = 256) -> tuple[float, float]:
    """Mean cross-entropy and top-1 on `data`, clips as they were recorded."""
    model.eval()
    loss, right = 0.0, 0
    for chosen in torch.arange(len(data)).split(batch):
        logits = _answers(model, *_batch(data, chosen))
        truth = torch.from_numpy(data.label)[chosen]
        loss += F.cross_entropy(logits, truth, reduction="sum").item()
        right += int((logits.argmax(-1) == truth).sum())
    return loss / len(data), right / len(data)


def balance(data: Dataset, idle_weight: float = 1.0) -> Tensor:
    """Sampling weights [n] that make every class equally likely, and within a class every session.

    The class `idle` is `idle_weight` times as likely as another.
    """
    groups = np.stack([data.label, np.unique(data.session, return_inverse=True)[1]])
    _, group, size = np.unique(groups, axis=1, return_inverse=True, return_counts=True)
    sessions_of_class = {label: len(np.unique(data.session[data.label == label])) for label in set(data.label)}
    per_class = np.array([sessions_of_class[label] for label in data.label])
    weights = 1.0 / (size[group.ravel()] * per_class)
    return torch.from_numpy(np.where(_is_idle(data), idle_weight * weights, weights))


def shown(data: Dataset, chosen: Tensor, settings: Settings, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """The batch `chosen`, in which wanderers, with the body of anybody in `data`, replace most clips of `idle`."""
    made = torch.from_numpy(_is_idle(data)[chosen]) & (torch.rand(len(chosen), generator=rng) < settings.made_idle)
    people = torch.randint(len(data), (len(chosen),), generator=rng)
    keypoints, lengths = _batch(data, torch.where(made, people, chosen))
    keypoints[made] = idle.wander(keypoints[made], rng)
    return keypoints, lengths


def _is_idle(data: Dataset) -> np.ndarray:
    return np.array(data.labels)[data.label] == idle.LABEL


def _draw(clips: int, weights: Tensor | None, rng: torch.Generator) -> Tensor:
    if weights is None:
        return torch.randperm(clips, generator=rng)
    return weights.multinomial(clips, replacement=True, generator=rng)


def _batch(data: Dataset, chosen: Tensor) -> tuple[Tensor, Tensor]:
    keypoints, lengths = data.padded(chosen.numpy())
    return torch.from_numpy(keypoints), torch.from_numpy(lengths)


def _answers(model: Spoter, keypoints: Tensor, lengths: Tensor) -> Tensor:
    with torch.no_grad():
        return model(keypoints, lengths)
