"""Training as published: plain SGD on one clip after the other. Early stopping is the thesis's addition."""

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from recognizer.datasets import Dataset
from recognizer.errors import TrainingError
from recognizer.published.augment import PARTS, augment
from recognizer.published.model import Architecture, Published
from recognizer.train import Epoch, Fitted, distillation_loss, validate


@dataclass(frozen=True)
class Settings:
    """How to train as published; names as in `recognizer.train.Settings`.

    The learning rate is constant: the published script makes a ReduceLROnPlateau but never steps it. `noise`: standard
    deviation of the normal noise on the normalised coordinates.
    """

    epochs: int = 100
    learning_rate: float = 1e-3
    seed: int = 0
    patience: int | None = None
    augmentations: tuple[str, ...] = tuple(PARTS)
    noise: float = 1e-3
    teacher_weight: float = 0.0
    temperature: float = 3.0

    def as_dict(self) -> dict:
        return asdict(self)


VALIDATION_BATCH = 32
"""Clips at once: six layers of 2048 units take memory."""


def fit(
    data: Dataset,
    arch: Architecture,
    settings: Settings,
    on_epoch: Callable[[Epoch, Published], None],
    *,
    validation: Dataset | None = None,
    teacher: nn.Module | None = None,
    start: Published | None = None,
) -> Fitted:
    """As `recognizer.train.fit`, with the published loop. `teacher` may be a model of either recipe."""
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    rng = torch.Generator().manual_seed(settings.seed)
    model = start or Published(arch)
    if teacher:
        teacher.eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=settings.learning_rate)

    epochs: list[Epoch] = []
    best, best_weights = None, None
    for number in range(1, settings.epochs + 1):
        begun = time.perf_counter()
        mean_loss = train_epoch(model, data, optimizer, settings, rng, model.preprocess, teacher)
        if mean_loss != mean_loss:
            raise TrainingError(f"The loss is no longer a number in epoch {number}: lower --learning-rate.")
        seconds = time.perf_counter() - begun
        validated = validate(model, validation, VALIDATION_BATCH) if validation else (torch.nan, torch.nan)
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


def train_epoch(
    model: Published,
    data: Dataset,
    optimizer: torch.optim.Optimizer,
    settings: Settings,
    rng: torch.Generator,
    normalise: Callable[[Tensor], Tensor],
    teacher: nn.Module | None = None,
) -> float:
    """One step a clip, in random order; the mean loss. `normalise`: keypoints -> features, as `model.preprocess`."""
    model.train()
    losses = []
    for i in torch.randperm(len(data), generator=rng).tolist():
        keypoints = augment(torch.from_numpy(data.clips[i]), rng, settings.augmentations)
        features = normalise(keypoints)
        noisy = features + settings.noise * torch.randn(features.shape, generator=rng)
        logits = model.read(noisy)
        loss = F.cross_entropy(logits, torch.tensor(int(data.label[i])))
        if teacher:
            with torch.no_grad():
                answer = teacher(keypoints)
            distilled = distillation_loss(logits[None], answer[None], settings.temperature)
            loss = settings.teacher_weight * distilled + (1 - settings.teacher_weight) * loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).mean().item()
