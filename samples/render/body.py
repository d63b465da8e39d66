"""The body: a mesh in its rest pose, its skeleton and its skin weights (MakeHuman / mpfb2, CC0 1.0)."""

import gzip
import json
import zipfile
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from .assets import BODY_ROOT
from .errors import AssetError

STANDARD_RIG = "rigs/standard/rig.default.json"
STANDARD_WEIGHTS = "rigs/standard/weights.default.json"


@dataclass(frozen=True)
class Skeleton:
    """Bones in an order in which a parent always stands before its children."""

    names: list[str]
    parents: np.ndarray  # int [bones]; -1 = root
    heads: np.ndarray  # [bones, 3], where a bone begins in the rest pose
    tails: np.ndarray  # [bones, 3], where it ends

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {name: i for i, name in enumerate(self.names)})

    def index(self, bone: str) -> int:
        return self._index[bone]

    def head(self, bone: str) -> np.ndarray:
        return self.heads[self._index[bone]]

    def tail(self, bone: str) -> np.ndarray:
        return self.tails[self._index[bone]]


@dataclass(frozen=True)
class Body:
    vertices: np.ndarray  # [v, 3]
    uv: np.ndarray  # [v, 2]; (0, 0) where the skin has no texture coordinate
    quads: dict[str, np.ndarray]  # group name -> int [q, 4]
    groups: dict[str, np.ndarray]  # vertex group name -> int [n]
    skeleton: Skeleton
    weights: np.ndarray  # float32 [v, bones]; each row sums to one
    eyelid_offsets: np.ndarray  # [v, 3]: what closes both eyes

    def weight_of(self, *prefixes: str) -> np.ndarray:
        """How much [v] each vertex follows the bones whose names begin with one of `prefixes`."""
        bones = [i for i, name in enumerate(self.skeleton.names) if name.startswith(prefixes)]
        return self.weights[:, bones].sum(axis=1)

    def weight_under(self, ancestor: str) -> np.ndarray:
        """How much [v] each vertex follows the bone `ancestor` or any bone below it."""
        skeleton = self.skeleton
        below = np.zeros(len(skeleton.names), bool)
        for i, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
            below[i] = name == ancestor or (parent >= 0 and below[parent])
        return self.weights[:, below].sum(axis=1)


def load_body(archive: zipfile.ZipFile, shape: dict[str, float], eyelids: str) -> Body:
    """The base mesh under the shape targets of `shape` (target name -> weight).

    `eyelids` names the folder of expression targets whose eye closure fits the face. Raises AssetError when a file
    is not in the archive.
    """
    vertices, texture, faces = _parse_obj(_read(archive, "3dobjs/base.obj").decode())
    for name, weight in shape.items():
        vertices = vertices + weight * _offsets(archive, name, len(vertices))
    eyelid_offsets = sum(
        _offsets(archive, f"expression/units/{eyelids}/eye-{side}-closure", len(vertices)) for side in ("left", "right")
    )
    ranges = json.loads(_read(archive, "mesh_metadata/basemesh_vertex_groups.json"))
    groups = {
        name: np.concatenate([np.arange(first, last + 1) for first, last in spans]) for name, spans in ranges.items()
    }
    skeleton = _build_skeleton(json.loads(_read(archive, STANDARD_RIG)), vertices, groups)
    weights = _skin_weights(json.loads(_read(archive, STANDARD_WEIGHTS))["weights"], skeleton, len(vertices))
    skin = faces["body"]
    uv = np.zeros((len(vertices), 2))
    uv[skin[:, :, 0].ravel()] = texture[skin[:, :, 1].ravel()]
    quads = {name: group[:, :, 0] for name, group in faces.items()}
    return Body(vertices, uv, quads, groups, skeleton, weights, eyelid_offsets)


def triangles(quads: np.ndarray) -> np.ndarray:
    """int [q, 4] -> int [2 q, 3], with the same winding."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals [v, 3]: the area-weighted mean over the triangles around a vertex."""
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for corner in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, corner], face_normals[:, axis], len(vertices))
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)


def read_texture(archive: zipfile.ZipFile, name: str) -> bytes:
    """The encoded image `name` of the archive's textures."""
    return _read(archive, f"textures/{name}")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(BODY_ROOT + name)
    except KeyError:
        raise AssetError(f"{archive.filename} holds no {name}; name a file that the body has.") from None


def _parse_obj(text: str) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Vertices [v, 3], texture coordinates [t, 2], and per group the quads [q, 4, (vertex, texture)]."""
    vertices, texture, faces = [], [], defaultdict(list)
    group = ""
    for line in text.splitlines():
        key, *values = line.split() or [""]
        if key == "v":
            vertices.append([float(value) for value in values[:3]])
        elif key == "vt":
            texture.append([float(value) for value in values[:2]])
        elif key == "g":
            group = values[0]
        elif key == "f":
            faces[group].append([[int(index) - 1 for index in corner.split("/")[:2]] for corner in values])
    return np.array(vertices), np.array(texture), {name: np.array(quads) for name, quads in faces.items()}


def _offsets(archive: zipfile.ZipFile, target: str, vertices: int) -> np.ndarray:
    lines = gzip.decompress(_read(archive, f"targets/{target}.target.gz")).decode().splitlines()
    table = np.array([line.split() for line in lines if line.strip() and not line.startswith("#")], dtype=float)
    offsets = np.zeros((vertices, 3))
    offsets[table[:, 0].astype(int)] = table[:, 1:4]
    return offsets


def _build_skeleton(rig: dict, vertices: np.ndarray, groups: dict[str, np.ndarray]) -> Skeleton:
    bones = rig.get("bones", rig)

    def place(end: dict) -> np.ndarray:
        if end["strategy"] == "CUBE":
            return vertices[groups[end["cube_name"]]].mean(axis=0)
        if end["strategy"] == "MEAN":
            return vertices[end["vertex_indices"]].mean(axis=0)
        return vertices[end["vertex_index"]]

    names: list[str] = []
    while len(names) < len(bones):
        names += [
            name
            for name, bone in bones.items()
            if name not in names and (not bone["parent"] or bone["parent"] in names)
        ]
    parents = np.array([names.index(parent) if (parent := bones[name]["parent"]) else -1 for name in names])
    heads = np.array([place(bones[name]["head"]) for name in names])
    tails = np.array([place(bones[name]["tail"]) for name in names])
    return Skeleton(names, parents, heads, tails)


def _skin_weights(table: dict[str, list], skeleton: Skeleton, vertices: int) -> np.ndarray:
    weights = np.zeros((vertices, len(skeleton.names)), np.float32)
    for column, name in enumerate(skeleton.names):
        entries = np.array(table.get(name) or np.empty((0, 2)))
        weights[entries[:, 0].astype(int), column] = entries[:, 1]
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
