"""Training a SPOTER. One flat loop; every run with the same settings and seed gives the same weights."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch.nn import functional as F

from recognizer.augment import augment
from recognizer.datasets import Dataset
from recognizer.errors import TrainingError
from recognizer.spoter import Architecture, Spoter


@dataclass(frozen=True)
class Settings:
    """How to train. `learning_rate` is the peak of a one-cycle schedule."""

    epochs: int = 30
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    seed: int = 0

    def as_dict(self) -> dict:
        return asdict(self)


OnEpoch = Callable[[int, float, Spoter], None]
"""Called after each epoch with its number (from 1), its mean loss and the model so far."""


def fit(
    data: Dataset, arch: Architecture, settings: Settings, on_epoch: OnEpoch, start: Spoter | None = None
) -> Spoter:
    """Trains a new model (or `start`) on `data` and returns it in evaluation mode.

    Runs on one thread: at this size a second one gains nothing, and sums stay in one order. Raises TrainingError if the
    loss stops being a number.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    rng = torch.Generator().manual_seed(settings.seed)
    clips, labels = torch.from_numpy(data.keypoints), torch.from_numpy(data.label)

    weights = balance(data)
    model = start or Spoter(arch)
    steps = settings.epochs * -(-len(data) // settings.batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.learning_rate, total_steps=steps)

    for epoch in range(1, settings.epochs + 1):
        model.train()
        losses = []
        for chosen in weights.multinomial(len(data), replacement=True, generator=rng).split(settings.batch):
            keypoints, lengths = augment(clips[chosen], rng)
            logits = model(keypoints, lengths)
            loss = F.cross_entropy(logits, labels[chosen], label_smoothing=settings.label_smoothing)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
        mean_loss = torch.stack(losses).mean().item()
        if mean_loss != mean_loss:
            raise TrainingError(f"The loss is no longer a number in epoch {epoch}: lower --learning-rate.")
        on_epoch(epoch, mean_loss, model)
    return model.eval()


def balance(data: Dataset) -> torch.Tensor:
    """Sampling weights [n] that make every class equally likely, and within a class every session."""
    groups = np.stack([data.label, np.unique(data.session, return_inverse=True)[1]])
    _, group, size = np.unique(groups, axis=1, return_inverse=True, return_counts=True)
    sessions_of_class = {label: len(np.unique(data.session[data.label == label])) for label in set(data.label)}
    per_class = np.array([sessions_of_class[label] for label in data.label])
    return torch.from_numpy(1.0 / (size[group.ravel()] * per_class))
