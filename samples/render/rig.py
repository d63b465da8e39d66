"""Forward kinematics and linear blend skinning."""

from dataclasses import dataclass

import numpy as np

from .body import Skeleton

# Global rotation by bone name; a bone without an entry follows its parent.
Turns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Placement:
    """Where every bone of `skeleton` is: rotations [bones, 3, 3] and heads [bones, 3]."""

    skeleton: Skeleton
    rotations: np.ndarray
    heads: np.ndarray

    def head(self, bone: str) -> np.ndarray:
        return self.heads[self.skeleton.index(bone)]

    def carry(self, bone: str, rest_point: np.ndarray) -> np.ndarray:
        """Where `bone` has taken a point of the rest pose."""
        i = self.skeleton.index(bone)
        return self.heads[i] + self.rotations[i] @ (rest_point - self.skeleton.heads[i])


def place(skeleton: Skeleton, turns: Turns) -> Placement:
    """Every bone at the end of its parent, turned by `turns`."""
    rotations = np.zeros((len(skeleton.names), 3, 3))
    heads = np.zeros((len(skeleton.names), 3))
    for i, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        if parent < 0:
            rotations[i], heads[i] = turns.get(name, np.eye(3)), skeleton.heads[i]
            continue
        rotations[i] = turns.get(name, rotations[parent])
        heads[i] = heads[parent] + rotations[parent] @ (skeleton.heads[i] - skeleton.heads[parent])
    return Placement(skeleton, rotations, heads)


def skin(vertices: np.ndarray, weights: np.ndarray, placement: Placement) -> np.ndarray:
    """`vertices` [v, 3] of the rest pose, moved by their bones (`weights` [v, bones]): float32 [v, 3]."""
    rotations = placement.rotations.astype(np.float32)
    shifts = placement.heads - np.einsum("bij,bj->bi", rotations, placement.skeleton.heads)
    blended = (weights @ rotations.reshape(-1, 9)).reshape(-1, 3, 3)
    return np.einsum("vij,vj->vi", blended, vertices.astype(np.float32)) + weights @ shifts.astype(np.float32)
