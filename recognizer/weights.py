"""A trained model's float weights in a file: npz without pickle, written at once or not at all."""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from recognizer import recipes
from recognizer.errors import TrainingError


def save(model: nn.Module, path: Path) -> None:
    """Writes the weights, the architecture and the recipe's name to `path`."""
    arrays = {name: value.numpy() for name, value in model.state_dict().items()}
    buffer = io.BytesIO()
    recipe = np.array(recipes.of(model).name)
    np.savez(buffer, recipe=recipe, architecture=np.array(json.dumps(model.arch.as_dict())), **arrays)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(buffer.getvalue())
    os.replace(partial, path)


def load(path: Path) -> nn.Module:
    """The model that `save` wrote. Raises TrainingError, one sentence, if it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            # Files older than the second recipe name none.
            recipe = recipes.RECIPES[str(archive["recipe"]) if "recipe" in archive else "cerca"]
            model = recipe.model(recipe.architecture(**json.loads(str(archive["architecture"]))))
            model.load_state_dict({name: torch.from_numpy(archive[name]) for name in model.state_dict()})
            return model
    except FileNotFoundError:
        raise TrainingError(f"{path} does not exist: give weights that `cerca train --weights` wrote.") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile):
        raise TrainingError(f"{path} holds no weights of this program: write them with --weights.") from None
