"""What is drawn of a body: its skin, a shirt over the trunk, hair on the scalp and the eyes."""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np

from .body import Body, Skeleton, triangles, vertex_normals

SHIRT_THICKNESS = 0.09  # dm
HAIR_THICKNESS = 0.16
HAIR_RISE = 0.35  # dm from the hairline to full thickness
SLEEVE = 1.6  # dm from the shoulder joint
NECKLINE_RADIUS = 0.88
NECKLINE_CENTRE = np.array([0, 0.1, 0.25])  # from the root of the neck
SHIRT_HULL = "helper-tights"  # mpfb2's hull for close-fitting clothes
EYEBALLS = ("helper-l-eye", "helper-r-eye")


class Material(IntEnum):
    SKIN = 0  # with everything that is painted on it: sleeves, hair, lips, brows
    SHIRT = 1
    EYE = 2


@dataclass(frozen=True)
class Marks:
    """Where on the body a point is, whatever pose it is in; each array has one row a point."""

    rest: np.ndarray  # [n, 3] place in the rest pose
    lips: np.ndarray  # [n] 0..1
    head: np.ndarray  # [n] 0..1, how much it follows the head
    arm: np.ndarray  # [n] 0..1

    def stacked(self) -> np.ndarray:
        return np.column_stack([self.rest, self.lips, self.head, self.arm])

    @classmethod
    def unstacked(cls, table: np.ndarray) -> "Marks":
        return cls(table[:, :3], table[:, 3], table[:, 4], table[:, 5])


@dataclass(frozen=True)
class Costumed:
    vertices: np.ndarray  # float32 [v, 3]
    weights: np.ndarray  # float32 [v, bones]
    eyelid_offsets: np.ndarray  # [v, 3]
    faces: np.ndarray  # int [f, 3]
    materials: np.ndarray  # Material [f]
    marks: Marks


def dress(body: Body, lip_texture: np.ndarray) -> Costumed:
    """The drawn mesh of `body`; `lip_texture` [h, w] in 0..255 says where the lips are."""
    skin = triangles(body.quads["body"])
    vertices = body.vertices.copy()
    head = body.weight_under("head")
    arm = body.weight_under("upperarm01.L") + body.weight_under("upperarm01.R")
    marks = Marks(body.vertices, _lips(body, lip_texture), head, arm)

    scalp = np.clip(above_hairline(marks.rest, body.skeleton) / HAIR_RISE, 0, 1) * head
    vertices += (HAIR_THICKNESS * scalp)[:, None] * vertex_normals(body.vertices, skin)

    hull = body.quads[SHIRT_HULL]
    hull_vertices = body.groups[SHIRT_HULL]
    vertices[hull_vertices] += SHIRT_THICKNESS * vertex_normals(body.vertices, triangles(hull))[hull_vertices]
    shirt = triangles(hull[_trunk(body, arm)[hull].all(axis=1)])
    eyes = triangles(np.concatenate([body.quads[name] for name in EYEBALLS]))

    faces = np.concatenate([skin, shirt, eyes])
    materials = np.repeat([Material.SKIN, Material.SHIRT, Material.EYE], [len(skin), len(shirt), len(eyes)])
    used, faces = np.unique(faces, return_inverse=True)
    return Costumed(
        vertices[used].astype(np.float32),
        body.weights[used],
        body.eyelid_offsets[used],
        faces.reshape(-1, 3),
        materials,
        Marks.unstacked(marks.stacked()[used]),
    )


def above_hairline(rest: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """How far [n] (dm) points of the rest pose are above the hairline: high on the brow, low in the neck."""
    height, depth = (rest - skeleton.head("head"))[:, 1:].T
    brow = 0.98 - 0.25 * np.clip(np.abs(rest[:, 0]) - 0.35, 0, 1)
    side = np.interp(depth, [-0.45, -0.2, -0.05, 0.35], [-0.15, 0.45, 0.52, 0.88])
    tufts = 0.02 * np.sin(31 * rest[:, 0] + 4 * np.sin(13 * rest[:, 2]))
    return height - np.where(depth > 0.35, brow, side) + tufts


def under_shirt(marks: Marks, skeleton: Skeleton) -> np.ndarray:
    """Which points [n] of the skin a T-shirt covers: trunk and upper arms, but not the neck."""
    rest = marks.rest
    neck = skeleton.head("neck01")
    shoulder = np.where(rest[:, :1] > 0, skeleton.head("upperarm01.L"), skeleton.head("upperarm01.R"))
    sleeve = (marks.arm < 0.3) | (np.linalg.norm(rest - shoulder, axis=1) < SLEEVE)
    neckline = np.linalg.norm(rest - neck - NECKLINE_CENTRE, axis=1) < NECKLINE_RADIUS
    return sleeve & ~neckline & (marks.head < 0.3) & (rest[:, 1] < neck[1] + 0.15)


def _trunk(body: Body, arm: np.ndarray) -> np.ndarray:
    """Which vertices the shirt's hull covers; above and at the sleeves the skin itself is painted."""
    trunk = body.weight_of("spine", "clavicle", "shoulder", "breast", "pelvis", "root", "neck", "upperleg")
    return (trunk > 0.5) & (arm < 0.25) & (body.vertices[:, 1] < body.skeleton.head("neck01")[1] - 0.9)


def _lips(body: Body, texture: np.ndarray) -> np.ndarray:
    height, width = texture.shape
    column = np.clip((body.uv[:, 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1 - body.uv[:, 1]) * height).astype(int), 0, height - 1)
    return texture[row, column] / 255 * (body.uv != 0).any(axis=1)


def decode_texture(data: bytes) -> np.ndarray:
    """An encoded picture as grey levels [h, w]."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
