"""The two recipes by name: ours, and SPOTER as published. Each is a model, its sizes, its settings and a way to fit."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from recognizer import published, spoter, train

Settings = train.Settings | published.Settings


@dataclass(frozen=True)
class Recipe:
    """`fit(data, architecture, settings, on_epoch, *, validation, teacher, start) -> train.Fitted` (`train.fit`).

    `model(architecture)`, `architecture(classes=..., layers=..., feed_forward=...)` and `settings(epochs=..., ...)` are
    classes, the latter two dataclasses with the recipe's own values as defaults.
    """

    name: str
    model: type[nn.Module]
    architecture: type
    settings: type
    fit: Callable[..., train.Fitted]


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("cerca", spoter.Spoter, spoter.Architecture, train.Settings, train.fit),
        Recipe("published", published.Published, published.Architecture, published.Settings, published.fit),
    )
}


def of(model: nn.Module) -> Recipe:
    """The recipe whose model `model` is."""
    return next(recipe for recipe in RECIPES.values() if type(model) is recipe.model)
